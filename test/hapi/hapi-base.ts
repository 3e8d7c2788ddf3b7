/** The address of HAPI, which `run.js` started. */
export function hapiBase(): string {
  const base = process.env['HAPI_BASE_URL'];
  if (base === undefined) throw new Error('HAPI is started by: npm run test:hapi');
  return base;
}
