/** A part of the OpenAPI document. */
export type Part = Readonly<Record<string, unknown>>;

export const JSON_TYPE = 'application/json';
export const FHIR_TYPE = 'application/fhir+json';
export const FORM_TYPE = 'application/x-www-form-urlencoded';
export const TEXT = { type: 'string' } as const;

export const schemaRef = (name: string): Part => ({ $ref: `#/components/schemas/${name}` });
export const content = (type: string, schema: Part): Part => ({ content: { [type]: { schema } } });
export const answers = (description: string, name: string): Part => ({
  description,
  ...content(JSON_TYPE, schemaRef(name)),
});
export const refusal = (description: string): Part => ({
  description,
  ...content('application/problem+json', schemaRef('Problem')),
});
export const query = (name: string, description: string, schema: Part): Part => ({
  name,
  in: 'query',
  description,
  schema,
});
export const PATH_ID: Part = { name: 'id', in: 'path', required: true, schema: TEXT };

export const UNAVAILABLE = refusal('The store cannot be used now: try again after `Retry-After` seconds.');
export const BAD_PARAMETERS = refusal('A parameter is not known, or not as expected.');

/** An operation under its id; each may also be refused for its token, unless it says that it needs none. */
export function operation(operationId: string, summary: string, rest: Part & { readonly responses: Part }): Part {
  const needsToken = !('security' in rest);
  return {
    operationId,
    summary,
    ...rest,
    responses: needsToken ? { ...rest.responses, 401: refusal('A bearer token is needed.') } : rest.responses,
  };
}
