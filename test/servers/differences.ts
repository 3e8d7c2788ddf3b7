export type ServerName = 'embedded' | 'HAPI';

interface Difference {
  readonly embedded: number | boolean | string;
  readonly HAPI: number | boolean | string;
  readonly why: string;
}

const READS_LENIENTLY = 'HAPI leaves out what it cannot read, and looks at no structure unless told to validate';
const BAD_REQUEST = 'HAPI sees it while it reads the request, before it looks at the resource';
const TELLS = 'HAPI answers a deletion with an OperationOutcome, the embedded server with nothing';
const KNOWS_NO_ADDRESS =
  'HAPI does not know its own address unless told (local_base_urls): to it, that is another server';

/**
 * Where HAPI with its own settings and the embedded server do not do the same. Everything else in the suite holds for both. The
 * service must live with either side of each line.
 */
export const DIFFERENCES = {
  'stale-version': { embedded: 412, HAPI: 409, why: 'R4 says 412; HAPI calls it a conflict' },
  'version-of-nothing': { embedded: 412, HAPI: 201, why: 'HAPI does not look at If-Match where nothing stands' },
  'location-of-a-put': { embedded: true, HAPI: false, why: 'HAPI says where only of what was posted' },
  'fragment-of-a-source': { embedded: false, HAPI: true, why: 'HAPI puts the id of the request behind meta.source' },
  'done-delete': { embedded: 204, HAPI: 200, why: TELLS },
  'create-only-where-it-stands': { embedded: 412, HAPI: 200, why: 'HAPI does not look at If-None-Match of an update' },
  'deletes-several': { embedded: false, HAPI: true, why: 'HAPI deletes all that fit; R4 leaves it to the server' },
  'id-of-a-conditional-update': {
    embedded: true,
    HAPI: false,
    why: 'HAPI does not look at the id in the body; R4 does',
  },
  'first-in-history': { embedded: 'PUT', HAPI: 'POST', why: 'HAPI calls every first version a POST' },
  'wrong-code': { embedded: 422, HAPI: 400, why: BAD_REQUEST },
  'wrong-day': { embedded: 422, HAPI: 400, why: BAD_REQUEST },
  'unknown-element': { embedded: 422, HAPI: 201, why: READS_LENIENTLY },
  'wrong-shape': { embedded: 422, HAPI: 201, why: READS_LENIENTLY },
  'missing-element': { embedded: 422, HAPI: 201, why: READS_LENIENTLY },
  'dangling-reference': { embedded: 422, HAPI: 400, why: BAD_REQUEST },
  'names-the-entry': { embedded: true, HAPI: false, why: 'HAPI does not say which entry of a transaction it refuses' },
  'reference-to-another-server': {
    embedded: 201,
    HAPI: 400,
    why: 'HAPI takes them only with allow_external_references',
  },
  'reference-by-own-address': { embedded: 201, HAPI: 400, why: KNOWS_NO_ADDRESS },
  'found-by-own-address': { embedded: 2, HAPI: 0, why: KNOWS_NO_ADDRESS },
  'identifier-in-a-reference': { embedded: 200, HAPI: 400, why: 'HAPI does not index them unless told' },
  'sees-what-is-new': {
    embedded: true,
    HAPI: false,
    why: 'HAPI gives a search of the last minute again, but for no-cache',
  },
} satisfies Record<string, Difference>;
