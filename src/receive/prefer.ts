/** Whether a `Prefer` header asks that what is good of a batch is kept without the rest (RFC 7240, `handling=lenient`). */
export function prefersLenient(header: string | undefined): boolean {
  return (header ?? '').split(/[,;]/).some((part) => /^\s*handling\s*=\s*"?lenient"?\s*$/i.test(part));
}
