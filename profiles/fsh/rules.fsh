// What many definitions share: names of systems, and rules to insert.

Alias: $registrations = urn:oid:2.16.578.1.12.4.1.1.8480
Alias: $pathways = urn:oid:2.16.578.1.12.4.1.1.9173
Alias: $outcomes = urn:oid:2.16.578.1.12.4.1.1.9175
Alias: $premisses = urn:oid:2.16.578.1.12.4.1.1.8380
Alias: $checks = urn:oid:2.16.578.1.12.4.1.1.9329
Alias: $contacts = urn:oid:2.16.578.1.12.4.1.1.8432
Alias: $snomed = http://snomed.info/sct
Alias: $act = http://terminology.hl7.org/CodeSystem/v3-ActCode

// A code with its text in both languages: the display is Norwegian, the designation English.
RuleSet: Concept(code, nb, en)
* #{code} "{nb}"
* #{code} ^designation[+].language = #en
* #{code} ^designation[=].value = "{en}"

// A code system of ours: it holds every code there is.
RuleSet: OwnCodes
* ^language = #nb
* ^status = #active
* ^experimental = false
* ^caseSensitive = true
* ^content = #complete

// A national list: the codes that are used here, and no more.
RuleSet: NationalCodes(list)
* ^url = "urn:oid:2.16.578.1.12.4.1.1.{list}"
* ^language = #nb
* ^status = #active
* ^experimental = false
* ^caseSensitive = true
* ^content = #fragment

RuleSet: Active
* ^status = #active
* ^experimental = false

// What every resource of the adapter has: who wrote it.
RuleSet: ByTheAdapter
* meta 1..1
* meta.source 1..1
* meta.source ^short = "Who wrote it: the adapter"
* obeys by-the-adapter

// What a person may look at says in words what its elements say. Whoever changes those may change the words too.
RuleSet: InWords
* text 1..1
* text ^short = "What its elements say, in words for staff: a part in Norwegian, a part in English. Nothing of the patient"

Invariant: by-the-adapter
Description: "meta.source is the adapter's; a server may add to it after a #."
Severity: #error
Expression: "meta.source = 'https://fhir.pakkeforlop.example/adapter' or meta.source.startsWith('https://fhir.pakkeforlop.example/adapter#')"
