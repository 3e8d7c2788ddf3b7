import express, { type NextFunction, type Request, type Response, type Router } from 'express';
import type { InboundResource, ResourceName } from '../model/fhir-content.js';
import type { SourceMessage } from '../model/message.js';
import type { Clock } from '../support/clock.js';
import { acceptAnyhow } from './accept-anyhow.js';
import type { Accept } from './accept-batch.js';
import { isFhirId, isTypeName } from './inbound-resource.js';
import { issue, sendOutcome, type Issue } from './operation-outcome.js';
import { isBundleType, readBundle } from './read-bundle.js';
import { bodyFault, MOST_BYTES } from './read-json.js';
import { readResourceBody, type RefusedResource } from './read-resource-body.js';
import { messageOfBundle, messageOfDeletion, messageOfResource } from './resource-message.js';
import { tellFaults, type InboundCheck } from './tell-faults.js';
import { RETRY_AFTER_S, UNAVAILABLE, unlessUnavailable } from './unavailable.js';

export interface FhirDoorOptions {
  readonly accept: Accept;
  /** Whether a source of that name is configured or has a pack. */
  readonly isSource: (name: string) => boolean;
  /** A notification said that something changed and not what: the source is to be polled. Never throws. */
  readonly poll: (source: string) => void;
  /** What is wrong with a resource by R4, or by the profiles of what the source's pack reads: it is told, and refuses nothing. */
  readonly check: (resource: InboundResource, source: string) => ReturnType<InboundCheck>;
  /** Called after something new was stored and before the answer is sent: there is work. */
  readonly onAccepted: () => void;
  readonly clock: Clock;
}

const PATH = '/inbox/fhir';
const CODES: Readonly<Record<number, string>> = {
  404: 'not-found',
  405: 'not-supported',
  413: 'too-long',
  415: 'not-supported',
  503: 'transient',
};

/**
 * `POST /inbox/fhir/{source}`, `PUT` and `DELETE /inbox/fhir/{source}/{type}/{id}`: resources, Bundles, notifications and
 * deletions in, answered 202 when they are on disk. What can be stored is not refused: a FHIR server would switch the
 * Subscription off.
 */
export function createFhirDoor(options: FhirDoorOptions): Router {
  const router = express.Router({ caseSensitive: true });
  const body = express.raw({ type: () => true, limit: MOST_BYTES });
  const requireSource = (request: Request, response: Response, next: NextFunction) => {
    if (options.isSource(String(request.params['source']))) next();
    else refuse(response, 404, 'There is no such source.');
  };
  router
    .route(`${PATH}/:source`)
    .all(requireSource)
    .post(body, (request, response) => receivePost(options, request, response))
    .all(allowOnly('POST'));
  router
    .route(`${PATH}/:source/:type/:id`)
    .all(requireSource)
    .put(body, (request, response) => receivePut(options, request, response))
    .delete((request, response) => receiveDelete(options, request, response))
    .all(allowOnly('PUT, DELETE'));
  router.use(PATH, (_request, response) => refuse(response, 404, 'There is nothing here.'));
  router.use(PATH, answerBodyError);
  return router;
}

async function receivePost(options: FhirDoorOptions, request: Request, response: Response): Promise<void> {
  if (bytesOf(request).length === 0) {
    options.poll(String(request.params['source']));
    sendOutcome(response, 202, [issue('information', 'informational', 'The source will be asked what changed.')]);
    return;
  }
  const read = readResourceBody(bytesOf(request), request.get('content-type'));
  if ('status' in read) sendRefused(response, read);
  else await receive(options, request, response, read.resource);
}

async function receivePut(options: FhirDoorOptions, request: Request, response: Response): Promise<void> {
  const name = nameOf(request);
  const read = readResourceBody(bytesOf(request), request.get('content-type'));
  if ('status' in read) sendRefused(response, read);
  else if (read.resource.resourceType !== name?.type || read.resource.id !== name.id)
    refuse(response, 400, 'The resource is not the one that the address names.');
  else await receive(options, request, response, read.resource);
}

async function receiveDelete(options: FhirDoorOptions, request: Request, response: Response): Promise<void> {
  const name = nameOf(request);
  if (name === undefined) {
    refuse(response, 400, 'The address names no resource by type and id.');
    return;
  }
  const message = messageOfDeletion(String(request.params['source']), name, options.clock.now());
  await keep(options, response, message, []);
}

async function receive(
  options: FhirDoorOptions,
  request: Request,
  response: Response,
  resource: InboundResource,
): Promise<void> {
  const source = String(request.params['source']);
  const now = options.clock.now();
  const check: InboundCheck = (each) => options.check(each, source);
  if (resource.resourceType !== 'Bundle') {
    const faults = tellFaults([{ place: resource.resourceType, resource }], check);
    await keep(options, response, messageOfResource(source, resource, now), faults);
  } else if (!isBundleType(resource['type'])) {
    refuse(response, 400, 'The type is no Bundle type of FHIR R4.', 'Bundle.type');
  } else {
    const { content, leftOut, changedUnsaid } = readBundle(resource);
    const told = [...leftOut, ...tellFaults(content.entries, check)];
    const kept = await keep(options, response, messageOfBundle(source, resource, content, now), told);
    if (kept && changedUnsaid) options.poll(source);
  }
}

/** Keeps a message and answers; false: it could not be kept now. */
async function keep(
  options: FhirDoorOptions,
  response: Response,
  message: SourceMessage,
  told: readonly Issue[],
): Promise<boolean> {
  const acceptance = await unlessUnavailable(async () => (await acceptAnyhow([message], options.accept))[0]);
  if (acceptance === undefined) {
    response.set('Retry-After', RETRY_AFTER_S);
    refuse(response, 503, UNAVAILABLE);
    return false;
  }
  if (acceptance.status === 'received') options.onAccepted();
  const known = acceptance.status === 'duplicate' ? 'It was received before.' : 'It was received.';
  response.set('Message-Id', acceptance.id);
  sendOutcome(response, 202, [issue('information', 'informational', known), ...told]);
  return true;
}

function bytesOf(request: Request): Uint8Array {
  return Buffer.isBuffer(request.body) ? request.body : new Uint8Array();
}

function nameOf({ params: { type, id } }: Request): ResourceName | undefined {
  return isTypeName(type) && isFhirId(id) ? { type, id } : undefined;
}

function allowOnly(methods: string) {
  return (_request: Request, response: Response): void => {
    response.set('Allow', methods);
    refuse(response, 405, `Here only ${methods} can be used.`);
  };
}

function sendRefused(response: Response, { status, issues, accept }: RefusedResource): void {
  if (accept !== undefined) response.set('Accept', accept);
  sendOutcome(response, status, issues);
}

function refuse(response: Response, status: number, diagnostics: string, expression?: string): void {
  sendOutcome(response, status, [issue('error', CODES[status] ?? 'invalid', diagnostics, expression)]);
}

function answerBodyError(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  const fault = response.headersSent ? undefined : bodyFault(error);
  if (fault === undefined) next(error);
  else refuse(response, fault.status, fault.detail);
}
