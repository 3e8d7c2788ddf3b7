/** Warnings of HL7's validator about what is written, each with the reason why it stays. */
export const TOLERATED: readonly { readonly message: RegExp; readonly because: string }[] = [
  { message: /over-after-start:/, because: 'a rule of ours: a source can carry days in the wrong order' },
  { message: /completed-says-what:/, because: 'a rule of ours: a person can complete a Task and not say what with' },
];

/** Errors of HL7's validator about what the pack fhir-r4 takes, each with the reason why it is taken. */
export const TAKEN: readonly { readonly message: RegExp; readonly because: string }[] = [
  { message: /v3-ActCode#NONACUTE'/, because: 'the list calls it NONAC; the other name is seen, and means the same' },
];

/** Planted faults that HL7's validator does not see, and the project's own check does. */
export const UNSEEN: readonly { readonly name: string; readonly because: string }[] = [
  {
    name: 'a Task whose owner is said to be a Location',
    because: 'it looks at what a reference leads to, which it is not given, and not at the type in its text',
  },
];
