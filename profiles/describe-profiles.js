/** Pages of docs/profiles, made of what SUSHI built: the tables a reader wants, and nothing that is not in the definitions. */

import { isInbound } from './make-schemas.js';

const OWN = 'https://fhir.pakkeforlop.example/';
const HEAD = 'Made by `npm run profiles` from `profiles/fsh`; do not edit.';

const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
/** Of more than these a reader learns nothing. */
const MOST_TARGETS = 4;
const row = (...cells) => `| ${cells.map(cell).join(' | ')} |`;
const table = (head, rows) =>
  rows.length === 0 ? [] : ['', row(...head), row(...head.map(() => '---')), ...rows.map((each) => row(...each))];
const page = (title, ...lines) => [`# ${title}`, '', HEAD, ...lines.flat(), ''].join('\n');
const code = (text) => `\`${text}\``;
const last = (url) => url.split('|')[0].split('/').at(-1);

/** The definitions of ours that one is made of, from the outermost. */
function lineage(definition, structures) {
  const parent = structures.find(({ url }) => url === definition.baseDefinition);
  return parent === undefined ? [definition] : [...lineage(parent, structures), definition];
}

function elementRows(definition, structures) {
  const touched = lineage(definition, structures).flatMap(({ differential }) => differential.element);
  const ids = new Set(touched.map(({ id }) => id));
  // What HL7 says of an element stands in FHIR itself.
  const ownWords = new Map(touched.filter(({ short }) => short !== undefined).map(({ id, short }) => [id, short]));
  return definition.snapshot.element
    .filter(isShown(ids))
    .map((element) => [
      code(nameOf(element.id)),
      `${element.min}..${element.max}`,
      typesOf(element),
      [supportOf(element), ownWords.get(element.id), valueOf(element) || bindingOf(element)].filter(Boolean).join('. '),
    ]);
}

/** The root says nothing, nor does what may not be there; the url of a part of an extension is its name. */
const isShown = (ids) => (element) =>
  ids.has(element.id) &&
  element.id.includes('.') &&
  element.max !== '0' &&
  !/^Extension\.(.*\.)?(url|extension)$/.test(element.id);

/** `identifier:episode.system` as `identifier[episode].system`. */
const nameOf = (id) => id.slice(id.indexOf('.') + 1).replaceAll(/:([^.]+)/g, '[$1]');

function typesOf({ type = [] }) {
  return type
    .map(({ code: name, targetProfile, profile }) => {
      const to = (targetProfile ?? profile ?? []).map(last);
      return to.length === 0 || to.length > MOST_TARGETS ? last(name) : `${name}(${to.join(', ')})`;
    })
    .filter((_name, index, all) => all.length < 6 || index === 0)
    .join(', ');
}

function valueOf(element) {
  const key = Object.keys(element).find((each) => /^(pattern|fixed)[A-Z]/.test(each));
  if (key === undefined) return '';
  const { coding } = element[key];
  return `Always ${code(coding === undefined ? element[key] : coding.map((each) => each.code).join(', '))}`;
}

const supportOf = ({ mustSupport }) => (mustSupport ? '**MS**' : '');

function bindingOf({ binding }) {
  if (!binding?.valueSet?.startsWith(OWN)) return '';
  return `Codes: [${last(binding.valueSet)}](codes.md#${last(binding.valueSet)}) (${binding.strength})`;
}

function ruleRows(definition) {
  const constraints = definition.snapshot.element.flatMap(({ constraint = [] }) => constraint);
  const own = constraints.filter(({ source }) => source?.startsWith(OWN));
  return own.map(({ key, severity, human }) => [code(key), severity, human]);
}

const describe = (definition, structures) => [
  '',
  definition.description,
  '',
  code(definition.url),
  ...table(['Element', 'Card.', 'Type', 'What it is'], elementRows(definition, structures)),
  ...table(['Rule', 'Severity', 'In a sentence'], ruleRows(definition)),
];

const profilePage = (definition, structures) =>
  page(
    definition.title,
    '',
    `A profile of ${definition.type}${definition.abstract ? ', the common part of others' : ''}.`,
    ...(definition.purpose === undefined ? [] : ['', definition.purpose]),
    describe(definition, structures),
  );

function extensionsPage(extensions) {
  const sections = extensions.map((each) => {
    const contexts = each.context.map(({ expression }) => expression).join(', ');
    return ['', `## ${each.id}`, '', `${each.title}, on ${contexts}.`, ...describe(each, extensions)];
  });
  return page('Extensions', ...sections);
}

function codesPage(ofType) {
  const systems = ofType('CodeSystem').map(({ id, url, title, description, content, concept }) => [
    '',
    `## ${id}`,
    '',
    `${title}${content === 'fragment' ? ' (fragment)' : ''}. ${description}`,
    '',
    code(url),
    ...table(
      ['Code', 'Norwegian', 'English'],
      concept.map((each) => [code(each.code), each.display, each.designation[0].value]),
    ),
  ]);
  const sets = ofType('ValueSet').map(({ id, title, description, compose }) => [
    '',
    `## ${id}`,
    '',
    `${title}. ${description}`,
    '',
    ...compose.include.map(({ system, concept }) => {
      const codes = concept?.map((each) => code(each.code)).join(', ') ?? 'all codes';
      return `- ${code(system)}: ${codes}`;
    }),
  ]);
  return page('Codes', '', 'Code systems first, then the value sets.', ...systems, ...sets);
}

function mapsPage(ofType) {
  const maps = ofType('ConceptMap').map(({ id, title, description, group }) => [
    '',
    `## ${id}`,
    '',
    [`${title}.`, description].filter(Boolean).join(' '),
    ...group.flatMap(({ source, target, element, unmapped }) => [
      '',
      `${code(source)} to ${code(target)}`,
      ...table(
        ['From', 'To', 'Equivalence'],
        [
          ...element.map((each) => [code(each.code), code(each.target[0].code), each.target[0].equivalence]),
          ...(unmapped === undefined ? [] : [['any other', code(unmapped.code), '']]),
        ],
      ),
    ]),
  ]);
  return page('ConceptMaps', ...maps);
}

function identifiersPage(ofType) {
  const rows = ofType('NamingSystem').map(({ uniqueId: [{ value }], description, usage }) => [
    code(value),
    description,
    usage,
  ]);
  return page(
    'Identifiers',
    '',
    'The systems of the identifiers that the adapter gives. What a source calls a thing goes by the URI of that source, or by',
    `${code(`${OWN}source/{name}`)} where its name is none.`,
    '',
    'Numbers of people (national identity number, D-number) and of organisations (organisation number, RESH) go by the national systems,',
    'as the Norwegian base profiles (no-basis) have them: they are read and written under those, and not defined here.',
    ...table(['System', 'What it identifies', 'Where it stands'], rows),
  );
}

function indexPage(profiles, ofType) {
  return page(
    'Profiles',
    ...profilesTable(
      'What the adapter writes',
      profiles.filter((each) => !isInbound(each)),
    ),
    ...profilesTable('What an EPR should send', profiles.filter(isInbound)),
    '',
    'What people and EPRs answer on a Task is said by the profiles of the [milestone](milestone-task.md) and the [question](triage-task.md).',
    '',
    'Beside them: [extensions](extensions.md), [identifiers](identifiers.md), [codes](codes.md), [ConceptMaps](concept-maps.md).',
    ...table(
      ['Search for Tasks', 'Type', 'Expression', 'What it finds'],
      ofType('SearchParameter').map((each) => [code(each.code), each.type, code(each.expression), each.description]),
    ),
    ...ofType('CapabilityStatement').flatMap(serverLines),
  );
}

function profilesTable(heading, profiles) {
  const rows = profiles.map(({ id, title, type, description }) => [`[${title}](${id}.md)`, type, description]);
  return ['', `## ${heading}`, ...table(['Profile', 'Of', 'What it is'], rows)];
}

function serverLines({ title, description, rest: [{ documentation, resource }] }) {
  const rows = resource.map(({ type, supportedProfile = [], interaction, searchParam = [] }) => [
    type,
    supportedProfile.map((url) => `[${last(url)}](${last(url)}.md)`).join(', '),
    interaction.map((each) => each.code).join(', '),
    searchParam.map(({ name, extension }) => (extension === undefined ? code(name) : `${code(name)} (may)`)).join(', '),
  ]);
  return [
    '',
    `## ${title}`,
    '',
    `${description} ${documentation}`,
    ...table(['Type', 'Profiles', 'Interactions', 'Searches'], rows),
  ];
}

/** Name and text of each page. */
export function pagesOf(definitions) {
  const ofType = (type) => definitions.filter(({ resourceType }) => resourceType === type);
  const structures = ofType('StructureDefinition');
  const profiles = structures.filter(({ type }) => type !== 'Extension');
  return [
    ['README.md', indexPage(profiles, ofType)],
    ['codes.md', codesPage(ofType)],
    ['concept-maps.md', mapsPage(ofType)],
    ['identifiers.md', identifiersPage(ofType)],
    ['extensions.md', extensionsPage(structures.filter(({ type }) => type === 'Extension'))],
    ...profiles.map((each) => [`${each.id}.md`, profilePage(each, structures)]),
  ];
}
