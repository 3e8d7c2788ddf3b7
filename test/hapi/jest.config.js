import base from '../../jest.config.js';

/** One after the other: the server is shared. It is started, and stopped, by run.js. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/hapi'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 60_000,
};
