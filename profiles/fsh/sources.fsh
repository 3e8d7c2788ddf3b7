// Sources and people, where they came through another door than the FHIR server itself.

// The source's own id, which makes a second copy impossible.
RuleSet: IdentifiedBySource
* identifier 1..1
* identifier.system 1..1
* identifier.value 1..1
* identifier ^short = "The source, and its id there"

Profile: PathwayReferral
Parent: ServiceRequest
Id: pathway-referral
Title: "Referral as it is written"
Description: "A copy of a referral that an episode or a question refers to. One that was withdrawn is entered-in-error."
* insert ByTheAdapter
* insert IdentifiedBySource
* extension contains
    ReferralReceived named received 1..1 and
    ReferralAssessmentMade named assessment 0..1 and
    WorkedUpAtContractSpecialist named workedUpAtContractSpecialist 0..1
* intent = #order
* category 1..1
* category from ReferralPurposes (required)
* category ^short = "What it asks for"
* code from ReferralMarks (required)
* code ^short = "The pathway it is marked with; absent: not marked"
* subject only Reference(Patient)
* performer 1..1
* performer only Reference(Organization)
* performer.identifier 1..1
* performer ^short = "The hospital that received it"

Profile: PathwayAttendance
Parent: Encounter
Id: pathway-attendance
Title: "Attendance as it is written"
Description: "A copy of an attendance that an episode or a question refers to. Booked: planned; missed: cancelled; withdrawn: entered-in-error."
* insert ByTheAdapter
* insert IdentifiedBySource
* obeys type-of-the-class
* extension contains
    WorkedUpAtContractSpecialist named workedUpAtContractSpecialist 0..1
* extension[workedUpAtContractSpecialist] ^short = "It took place at a contract specialist"
* class from AttendanceClasses (required)
* type from AttendanceTypes (required)
* subject 1..1
* subject only Reference(Patient)
* episodeOfCare 0..1
* episodeOfCare ^short = "The episode it counts in"
* basedOn 0..1
* basedOn only Reference(ServiceRequest)
* period 1..1
* period.start 1..1
* serviceProvider 1..1
* serviceProvider.identifier 1..1

Invariant: type-of-the-class
Description: "A contact by telephone is virtual, imaging is ambulatory."
Severity: #error
Expression: "(type.coding.where(system = 'http://snomed.info/sct' and code = '185317003').exists() implies class.code = 'VR') and (type.coding.where(system = 'http://snomed.info/sct' and code = '363679005').exists() implies class.code = 'AMB')"

Profile: PathwayPatient
Parent: Patient
Id: pathway-patient
Title: "Patient as it is written"
Description: "Written only where the server has no Patient with the number. One that turned out to be another stays, inactive, with a link to the other."
* insert ByTheAdapter
* obeys numbered-or-replaced and day-of-death
* identifier.system 1..1
* identifier.value 1..1
* name 0..1
* deceased[x] only dateTime
* link 0..1
* link.type = #replaced-by

Invariant: numbered-or-replaced
Description: "A Patient has a number, or is inactive and says which Patient took its place."
Severity: #error
Expression: "iif(link.exists(), active = false, identifier.exists())"

Invariant: day-of-death
Description: "A death is known by its day."
Severity: #error
Expression: "deceased.empty() or deceased.toString().length() = 10"

Profile: PathwayOrganization
Parent: Organization
Id: pathway-organization
Title: "Organisation as it is written"
Description: "Written only where the server has no Organization with the number."
* insert ByTheAdapter
* identifier 1..1
* identifier.system 1..1
* identifier.value 1..1
* identifier ^short = "The organisation number (ENH)"
