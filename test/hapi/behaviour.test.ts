import { behavesAsFhirServer } from '../servers/behaviour.js';
import { hapiBase } from './hapi-base.js';

behavesAsFhirServer('HAPI', hapiBase);
