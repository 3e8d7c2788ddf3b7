// What an EpisodeOfCare says of the pathway.

Extension: PathwayRegistration
Id: pathway-registration
Title: "Registration"
Description: "One code of list 8480 on one day. On an EpisodeOfCare: what the organisation registers, in the order start, first attendance, end. On a ServiceRequest: what an onward referral carries of earlier organisations."
Context: EpisodeOfCare, ServiceRequest
* obeys premiss-at-the-start
* extension contains
    code 1..1 and
    date 0..1 and
    premiss 0..1 and
    organization 0..1 and
    basis 0..1 and
    rule 0..1
* extension[code] ^short = "The code"
* extension[code].value[x] 1..1
* extension[code].value[x] only CodeableConcept
* extension[code].valueCodeableConcept from CarriedRegistrations (preferred)
* extension[date] ^short = "The Norwegian calendar day it counts on"
* extension[date].value[x] 1..1
* extension[date].value[x] only date
* extension[premiss] ^short = "Premiss A: worked up at a contract specialist"
* extension[premiss].value[x] 1..1
* extension[premiss].value[x] only CodeableConcept
* extension[premiss].valueCodeableConcept from Premisses (required)
* extension[organization] ^short = "Whose registration it is"
* extension[organization].value[x] 1..1
* extension[organization].value[x] only Reference(Organization)
* extension[basis] ^short = "The resource it follows from, or its identifier at the source"
* extension[basis].value[x] 1..1
* extension[basis].value[x] only Reference
* extension[rule] ^short = "Name of the rule that it follows from"
* extension[rule].value[x] 1..1
* extension[rule].value[x] only string

Invariant: premiss-at-the-start
Description: "A premiss stands on a start only."
Severity: #error
Expression: "extension.where(url = 'premiss').empty() or extension.where(url = 'code').value.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.8480').code.all(matches('^[A-Z][0-9]{2}AA?$'))"

Extension: PathwayDeadline
Id: pathway-deadline
Title: "Deadline"
Description: "One of the pathway's deadlines as the episode sees it: counted from the first day known in the whole pathway, in calendar days, the first day being day 0."
Context: EpisodeOfCare
* obeys due-by-kind and met-or-ended and over-after-start
* extension contains
    kind 1..1 and
    start 1..1 and
    due 1..1 and
    met 0..1 and
    ended 0..1
* extension[kind] ^short = "Which deadline"
* extension[kind].value[x] 1..1
* extension[kind].value[x] only code
* extension[kind].valueCode from DeadlineKinds (required)
* extension[start] ^short = "The day it counts from"
* extension[start].value[x] 1..1
* extension[start].value[x] only date
* extension[due] ^short = "The last day in time"
* extension[due].value[x] 1..1
* extension[due].value[x] only date
* extension[met] ^short = "The day it was met, in time or late"
* extension[met].value[x] 1..1
* extension[met].value[x] only date
* extension[ended] ^short = "The day it ended without being met"
* extension[ended].value[x] 1..1
* extension[ended].value[x] only date

Invariant: due-by-kind
Description: "The due day is the first day and 7, 21 or 28 calendar days: first attendance, work-up, pathway."
Severity: #error
Expression: "(extension.where(url = 'kind').value = 'first-attendance' implies extension.where(url = 'due').value = extension.where(url = 'start').value + 7 days) and (extension.where(url = 'kind').value = 'workup' implies extension.where(url = 'due').value = extension.where(url = 'start').value + 21 days) and (extension.where(url = 'kind').value = 'pathway' implies extension.where(url = 'due').value = extension.where(url = 'start').value + 28 days)"

Invariant: met-or-ended
Description: "A deadline is met, or it ended without, or it is open: never two of these."
Severity: #error
Expression: "extension.where(url = 'met' or url = 'ended').count() <= 1"

Invariant: over-after-start
Description: "A deadline is not over before the day it counts from. It can be where an onward referral carries days in the wrong order."
Severity: #warning
Expression: "extension.where(url = 'met' or url = 'ended').empty() or extension.where(url = 'met' or url = 'ended').first().value >= extension.where(url = 'start').value"

Extension: EpisodeFinding
Id: pathway-finding
Title: "Finding"
Description: "What a check of the registrations found, at most once each in an episode."
Context: EpisodeOfCare
* extension contains
    code 1..1 and
    text 1..1
* extension[code] ^short = "The register's number of the check, or a code of our own"
* extension[code].value[x] 1..1
* extension[code].value[x] only CodeableConcept
* extension[code].valueCodeableConcept from EpisodeFindings (required)
* extension[text] ^short = "The finding in a Norwegian sentence"
* extension[text].value[x] 1..1
* extension[text].value[x] only string
