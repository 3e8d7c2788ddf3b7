import express, { type Request, type Response } from 'express';
import { placeOf, type Log } from '../support/log.js';
import { searchBundle } from './bundles.js';
import { asRefusal, FhirError, refusal } from './fhir-error.js';
import type { GroupCommit } from './group-commit.js';
import { historyBundle } from './history.js';
import { readCurrent, readVersion, type AskedWrite, type Parts } from './interactions.js';
import { isKeepableText, readForm, readJson } from './read-body.js';
import { checkAccepted, preferenceOf, sendRead, sendRefusal, sendText, sendWritten } from './respond.js';
import { runBundle, writeOne } from './run-bundle.js';

export interface RouteParts extends Parts {
  readonly commit: GroupCommit;
  readonly metadata: () => string;
  /** Called before anything is done; throws where nothing can be. */
  readonly ready: () => void;
  readonly log: Log;
}

/** A request, with its address taken apart. */
interface Call {
  readonly parts: RouteParts;
  readonly req: Request;
  readonly res: Response;
  readonly method: string;
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

type Handler = (call: Call) => void | Promise<void>;

/** The routes of FHIR's RESTful API. Every refusal is an OperationOutcome. */
export function createRoutes(parts: RouteParts): express.Router {
  const router = express.Router();
  router.use(async (req, res) => {
    try {
      parts.ready();
      const call = readCall(parts, req, res);
      await handlerOf(call)(call);
    } catch (error) {
      const refused = asRefusal(error);
      if (refused.status >= 500)
        parts.log.error('a FHIR request failed', { ...placeOf(error), status: refused.status, method: req.method });
      if (res.headersSent) res.destroy();
      else sendRefusal(res, refused);
    }
  });
  return router;
}

function readCall(parts: RouteParts, req: Request, res: Response): Call {
  const mark = req.url.indexOf('?');
  const query = new URLSearchParams(mark < 0 ? '' : req.url.slice(mark + 1));
  checkAccepted(req, query);
  if (![...query].flat().every(isKeepableText))
    throw refusal(400, 'value', 'the search holds U+0000 or a lone surrogate');
  const path = (mark < 0 ? req.url : req.url.slice(0, mark)).split('/').filter((part) => part !== '');
  return { parts, req, res, method: req.method === 'HEAD' ? 'GET' : req.method, path: path.map(decoded), query };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refusal(400, 'value', 'the address is not written as a URL must be');
  }
}

/** What a path can do, by method; then what it is about is looked at. */
function handlerOf({ parts, method, path }: Call): Handler {
  const [type, second, third] = path;
  if (type === undefined) return pick(method, { POST: postBundle });
  if (path.length === 1 && type === 'metadata') return pick(method, { GET: getMetadata });
  if (path.length === 1 && type === '_history') return pick(method, { GET: getHistory });
  if (!parts.definitions.serves(type)) throw refusal(404, 'not-supported', 'this server does not have this type');
  if (second === undefined) return pick(method, { GET: getSearch, POST: write, PUT: write, DELETE: write });
  if (path.length === 2 && second === '_search') return pick(method, { POST: postSearch });
  if (path.length === 2 && second === '_history') return pick(method, { GET: getHistory });
  if (second.startsWith('$') || second.startsWith('_'))
    throw refusal(404, 'not-supported', 'there is no such operation');
  if (path.length === 2) return pick(method, { GET: getCurrent, PUT: write, DELETE: write });
  if (third !== '_history' || path.length > 4) throw refusal(404, 'not-supported', 'there is nothing here');
  return pick(method, { GET: path.length === 3 ? getHistory : getVersion });
}

function pick(method: string, handlers: Readonly<Record<string, Handler>>): Handler {
  const handler = Object.hasOwn(handlers, method) ? handlers[method] : undefined;
  if (handler !== undefined) return handler;
  const allowed = Object.keys(handlers).join(', ');
  const [issue] = refusal(405, 'not-supported', `here only ${allowed}`).issues;
  throw new FhirError(405, issue === undefined ? [] : [issue], { Allow: allowed });
}

const getMetadata: Handler = ({ parts, res }) => sendText(res, 200, parts.metadata());

const getSearch: Handler = ({ parts, res, path: [type = ''], query }) =>
  sendText(res, 200, searchBundle(parts, type, query));

const postSearch: Handler = async ({ parts, req, res, path: [type = ''], query }) => {
  const form = await readForm(req, res);
  if (![...form].flat().every(isKeepableText))
    throw refusal(400, 'value', 'the search holds U+0000 or a lone surrogate');
  sendText(res, 200, searchBundle(parts, type, new URLSearchParams([...query, ...form])));
};

const getCurrent: Handler = ({ parts, req, res, path: [type = '', id = ''] }) =>
  sendRead(req, res, readCurrent(parts, type, id));

const getVersion: Handler = ({ parts, req, res, path: [type = '', id = '', , versionId = ''] }) =>
  sendRead(req, res, readVersion(parts, type, id, versionId));

const getHistory: Handler = ({ parts, res, path, query }) => {
  const [type, id] = path.slice(0, path.indexOf('_history'));
  const of = { ...(type === undefined ? {} : { type }), ...(id === undefined ? {} : { id }) };
  sendText(res, 200, historyBundle(parts, of, query));
};

const postBundle: Handler = async ({ parts, req, res }) => {
  const body = await readJson(req, res);
  const full = preferenceOf(req) === 'representation';
  sendText(res, 200, await runBundle(parts, parts.commit, body, full));
};

const write: Handler = async ({ parts, req, res, method, path: [type = '', id], query }) => {
  const resource = method === 'DELETE' ? undefined : await readJson(req, res);
  const asked: AskedWrite = {
    method: method as AskedWrite['method'],
    type,
    id,
    query,
    resource,
    ifMatch: req.headers['if-match'],
    ifNoneMatch: req.headers['if-none-match'],
    ifNoneExist: header(req, 'if-none-exist'),
    at: '',
  };
  sendWritten(req, res, await parts.commit.write(() => writeOne(parts, asked)), parts.baseUrl());
};

function header(req: Request, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}
