const FHIR_ID = /^[A-Za-z0-9\-.]{1,64}$/;

export function isFhirId(id: string): boolean {
  return FHIR_ID.test(id);
}

export function checkedId(id: string): string {
  if (!isFhirId(id)) throw new TypeError('An id of ours is a FHIR id');
  return id;
}
