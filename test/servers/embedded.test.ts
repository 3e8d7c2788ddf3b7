import { afterAll, beforeAll } from '@jest/globals';
import { startFhirServer, type RunningServer } from '../fhir-server/running-server.js';
import { behavesAsFhirServer } from './behaviour.js';

let fhir: RunningServer;
beforeAll(async () => {
  fhir = await startFhirServer();
});
afterAll(() => fhir.stop());

behavesAsFhirServer('embedded', () => fhir.base);
