/** What JSONata's codes mean to who writes an expression (`jsonata.js`, `errorCodes`). */
const TEXTS: readonly (readonly [RegExp, string])[] = [
  [/^S0300/, 'this is no regular expression that can be matched in linear time'],
  [/^S0[1-3]/, 'this is no JSONata'],
  [/^S/, 'this cannot stand here in JSONata'],
  [/^T0410|^T0411|^T0412/, 'an argument of a function is not of the type that the function takes'],
  [/^T1003/, 'the key of an object must be a text'],
  [/^T1005|^T1006/, 'what is called here is no function'],
  [/^T2001|^T2002/, 'both sides of this operator must be numbers'],
  [/^T200[3-7]|^T2009|^T2010/, 'both sides of this operator must be comparable: numbers or texts of one kind'],
  [/^T/, 'a value is not of the type that is expected here'],
  [/^D1002/, 'only a number can be negated'],
  [/^D1004/, 'a regular expression must not match the empty text here'],
  [/^D1009/, 'two keys of an object are the same'],
  [/^D1012|^U1001|^D101/, 'it runs on without an end: too deep, or too long'],
  [/^D2014|^D2015/, 'it makes more than is allowed: too long a list or a text'],
  [/^D30/, 'a value cannot be turned into what the function gives'],
  [/^D3137/, 'the expression refused it with $error'],
  [/^D3141/, 'what the expression asserts does not hold'],
  [/^D/, 'a value is not one that can be used here'],
  [/^U/, 'it runs on without an end: too deep, or too long'],
];

/** What went wrong, with JSONata's code; of its own text nothing, since it may hold values of the message. */
export function failureText(error: unknown): string {
  const { code } = Object(error) as { code?: unknown };
  if (error instanceof SyntaxError) return 'this is no regular expression';
  if (typeof code !== 'string') return 'the expression failed';
  const [, text] = TEXTS.find(([pattern]) => pattern.test(code)) ?? [undefined, 'the expression failed'];
  return `${text} (JSONata ${code})`;
}
