Profile: PathwayEpisode
Parent: EpisodeOfCare
Id: pathway-episode
Title: "Episode of the pathway"
Description: "The part of a patient's pathway that one organisation is responsible for: its registrations, deadlines and findings. An episode whose start was withdrawn, or that joined another, stays as entered-in-error with what it held."
* insert ByTheAdapter
* insert InWords
* obeys registrations-of-the-pathway and registration-order and registration-days-in-order and registrations-of-the-organization
* obeys status-by-registrations and status-history-now and period-by-registrations
* obeys one-deadline-of-a-kind and workup-from-attendance and no-deadline-open-after-the-end and one-finding-of-a-code
* extension contains
    PathwayRegistration named registration 1..3 and
    PathwayDeadline named deadline 2..3 and
    EpisodeFinding named finding 0..*
* extension[registration] ^short = "What the organisation registers: start, first attendance, end"
* extension[registration].extension[code].valueCodeableConcept from EpisodeRegistrations (required)
* extension[registration].extension[date] 1..1
* extension[registration].extension[organization] 1..1
* extension[registration].extension[organization].valueReference.identifier 1..1
* extension[registration].extension[basis] 1..1
* extension[registration].extension[rule] 1..1
* extension[deadline] ^short = "Deadlines of the pathway, seen from this episode"
* extension[finding] ^short = "What the checks found"
* identifier 2..*
* identifier ^slicing.discriminator.type = #value
* identifier ^slicing.discriminator.path = "system"
* identifier ^slicing.rules = #open
* identifier contains
    episode 1..1 and
    pathway 1..1
* identifier[episode] ^short = "The episode's own id, unique"
* identifier[episode].system 1..1
* identifier[episode].system = "https://fhir.pakkeforlop.example/episode-id"
* identifier[episode].value 1..1
* identifier[pathway] ^short = "The whole course, the same at every hospital"
* identifier[pathway].system 1..1
* identifier[pathway].system = "https://fhir.pakkeforlop.example/pathway-id"
* identifier[pathway].value 1..1
* status ^short = "waitlist until the first attendance, active until the end, finished, cancelled, entered-in-error"
* statusHistory 1..3
* statusHistory.period.start 1..1
* type 1..1
* type.coding 1..*
* type = $pathways#C01
* patient only Reference(Patient)
* managingOrganization 1..1
* managingOrganization.identifier 1..1
* managingOrganization ^short = "The hospital (HF) that is responsible"
* period 1..1
* period.start 1..1
* period ^short = "From the day of the start to the day of the end"
* referralRequest only Reference(ServiceRequest)
* referralRequest ^short = "The referrals that started it or joined it"

Invariant: registrations-of-the-pathway
Description: "Every registered code belongs to the pathway in type."
Severity: #error
Expression: "extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'code').value.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.8480').code.all(startsWith(%resource.type.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.9173').code.first()))"

Invariant: registration-order
Description: "The start is first, then the first attendance, then one end: O, C or X. Each at most once."
Severity: #error
Expression: "extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'code').value.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.8480').code.select(substring(3, 1)).aggregate($total + $this, '') in ('A' | 'AS' | 'AO' | 'AC' | 'AX' | 'ASO' | 'ASC' | 'ASX')"

Invariant: registration-days-in-order
Description: "No registration is earlier than the one before it."
Severity: #error
Expression: "extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'date').value.aggregate(iif($this.toString() >= $total, $this.toString(), 'z'), '') != 'z'"

Invariant: registrations-of-the-organization
Description: "Every registration is that of the episode's organisation."
Severity: #error
Expression: "extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'organization').value.identifier.value.all($this = %resource.managingOrganization.identifier.value)"

Invariant: status-by-registrations
Description: "The status follows from the registrations: C or O finished, X cancelled, else S active, else waitlist."
Severity: #error
Expression: "status = 'entered-in-error' or status = iif(extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'code').value.coding.where(code.matches('^C01(C.|O)$')).exists(), 'finished', iif(extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'code').value.coding.where(code = 'C01X').exists(), 'cancelled', iif(extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'code').value.coding.where(code = 'C01S').exists(), 'active', 'waitlist')))"

Invariant: status-history-now
Description: "The history ends with the status of now, which has no end."
Severity: #error
Expression: "statusHistory.where(period.end.empty()).count() = 1 and statusHistory.last().period.end.empty() and (status = 'entered-in-error' or statusHistory.last().status = status)"

Invariant: period-by-registrations
Description: "The period begins on the day of the start, and ends on the day of O, C or X where there is one."
Severity: #error
Expression: "period.start.toString() = extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').first().extension.where(url = 'date').value.toString() and iif(extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'code').value.coding.where(code.matches('^C01(C.|O|X)$')).exists(), period.end.toString() = extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').last().extension.where(url = 'date').value.toString(), period.end.empty())"

Invariant: one-deadline-of-a-kind
Description: "Each deadline stands once."
Severity: #error
Expression: "extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-deadline').extension.where(url = 'kind').value.isDistinct()"

Invariant: workup-from-attendance
Description: "With a first attendance of its own the episode has the deadline of the work-up, unless the pathway went on elsewhere before it."
Severity: #error
Expression: "extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-registration').extension.where(url = 'code').value.coding.where(code = 'C01S').empty() or extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-deadline').extension.where(url = 'kind').value.where($this = 'workup').exists() or extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-deadline').extension.where(url = 'ended').exists()"

Invariant: no-deadline-open-after-the-end
Description: "When the episode has ended, every deadline was met or has ended."
Severity: #error
Expression: "period.end.empty() or extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-deadline').all(extension.where(url = 'met' or url = 'ended').exists())"

Invariant: one-finding-of-a-code
Description: "Each finding stands once."
Severity: #error
Expression: "extension('https://fhir.pakkeforlop.example/StructureDefinition/pathway-finding').extension.where(url = 'code').value.coding.code.isDistinct()"
