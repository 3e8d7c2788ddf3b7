import { behavesAsFhirServer } from '../servers/behaviour.js';
import { hapiBase } from './hapi.js';

behavesAsFhirServer('HAPI', hapiBase);
