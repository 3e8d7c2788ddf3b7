// What an EPR should send: the resources that the pack fhir-r4 reads, and of them the elements that it reads.
// Rules have the conditions that the pack has: of what is withdrawn, or says nothing of a pathway, nothing is asked.

RuleSet: Inbound
* ^purpose = "What an EPR should send. Must Support: the adapter reads the element, so an EPR that has it sends it. Nothing else is looked at; what breaks a rule is told in the answer, and taken all the same."

Profile: InboundReferral
Parent: ServiceRequest
Id: inbound-referral
Title: "Referral as it should be sent"
Description: "A referral that the hospital received or, for the purpose onward without the extension referral-received, one that it sent. It says something of a pathway where it is marked, assessed, or onward."
* insert Inbound
* obeys purpose-that-is-known and hospital-that-received and hospital-that-sent and day-of-the-referral
* extension contains
    ReferralReceived named received 0..1 MS and
    ReferralAssessmentMade named assessment 0..1 MS and
    PathwayRegistration named earlier 0..* MS and
    WorkedUpAtContractSpecialist named workedUpAtContractSpecialist 0..1 MS and
    ReferralSender named sender 0..1 MS
* extension[received] ^short = "When the hospital received it; else authoredOn is taken, and the explanation says so"
* extension[assessment] ^short = "What the hospital made of it, and on which day"
* extension[earlier] ^short = "Registrations of earlier hospitals that an onward referral carries"
* extension[workedUpAtContractSpecialist] ^short = "Premiss A"
* extension[sender] ^short = "What kind of sender the requester is, and whether the GP was sent a copy"
* identifier MS
* identifier ^short = "The pathway it belongs to, by the system of pathway ids or the one that the pack's manifest names"
* basedOn MS
* basedOn ^short = "Of one that was sent: the referral that came before it"
* status MS
* status ^short = "entered-in-error: withdrawn. draft: not asked yet, unless it was received. Revoked: received all the same"
* category MS
* category from ReferralPurposes (preferred)
* category ^short = "What it asks for; workup if nothing is said"
* doNotPerform MS
* doNotPerform ^short = "Where true, it asks for nothing"
* code MS
* code from ReferralMarks (preferred)
* code ^short = "The pathway it is marked with"
* orderDetail MS
* orderDetail ^short = "The mark, where it stands here"
* reasonCode MS
* reasonCode ^short = "The mark, where it stands here"
* subject MS
* subject ^short = "The patient, by a number or by a reference that can be read"
* authoredOn MS
* authoredOn ^short = "When it was written; of one that was sent, when"
* requester MS
* requester ^short = "Who sent it; of one that this hospital sent, this hospital"
* performer MS
* performer ^short = "The hospital that received it, or a unit of it; of one that was sent, the hospital it was sent to"

Invariant: purpose-that-is-known
Description: "A purpose is one of the codes there are: workup, onward, examination, advice."
Severity: #error
Expression: "category.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/referral-purpose').code.all($this = 'workup' or $this = 'onward' or $this = 'examination' or $this = 'advice')"

Invariant: hospital-that-received
Description: "A referral that is marked, assessed or onward says whom it went to, in performer."
Severity: #error
Expression: "performer.exists() or status = 'entered-in-error' or doNotPerform.where($this).exists() or (status = 'draft' and extension('https://fhir.pakkeforlop.example/StructureDefinition/referral-received').empty()) or category.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/referral-purpose').code.first().where($this = 'examination' or $this = 'advice').exists() or (category.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/referral-purpose').code.first().where($this != 'workup').empty() and (code | orderDetail | reasonCode).coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.9173' or system = 'https://fhir.pakkeforlop.example/CodeSystem/referral-mark').code.empty() and extension('https://fhir.pakkeforlop.example/StructureDefinition/referral-assessment').empty())"

Invariant: hospital-that-sent
Description: "An onward referral without a receipt is one that was sent: its requester says by whom."
Severity: #error
Expression: "requester.exists() or status = 'entered-in-error' or status = 'draft' or doNotPerform.where($this).exists() or extension('https://fhir.pakkeforlop.example/StructureDefinition/referral-received').exists() or category.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/referral-purpose').code.first().where($this = 'onward').empty()"

Invariant: day-of-the-referral
Description: "A referral that is marked, assessed or onward says when it was received, or at least when it was written."
Severity: #error
Expression: "authoredOn.exists() or extension('https://fhir.pakkeforlop.example/StructureDefinition/referral-received').exists() or status = 'entered-in-error' or status = 'draft' or doNotPerform.where($this).exists() or category.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/referral-purpose').code.first().where($this = 'examination' or $this = 'advice').exists() or (category.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/referral-purpose').code.first().where($this != 'workup').empty() and (code | orderDetail | reasonCode).coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.9173' or system = 'https://fhir.pakkeforlop.example/CodeSystem/referral-mark').code.empty() and extension('https://fhir.pakkeforlop.example/StructureDefinition/referral-assessment').empty())"

Profile: InboundSuspicion
Parent: Condition
Id: inbound-suspicion
Title: "Suspicion as it should be sent"
Description: "A well-founded suspicion that arose inside the specialist service, or cancer that was found there: a Condition whose category names a pathway. A diagnosis alone starts nothing."
* insert Inbound
* obeys day-of-the-suspicion and place-of-the-suspicion and certainty-in-codes-of-fhir
* identifier MS
* identifier ^short = "The pathway it belongs to, by the system of pathway ids or the one that the pack's manifest names"
* verificationStatus MS
* verificationStatus ^short = "confirmed: cancer found. refuted, entered-in-error: withdrawn. Else a suspicion"
* category MS
* category ^short = "The pathway: a code of list 9173"
* subject MS
* subject ^short = "The patient, by a number or by a reference that can be read"
* encounter MS
* encounter ^short = "At which hospital, where the recorder does not say it"
* recordedDate MS
* recordedDate ^short = "When it was documented"
* recorder MS
* recorder ^short = "At which hospital: a PractitionerRole with its organization"

Invariant: day-of-the-suspicion
Description: "A suspicion that names a pathway says when it was documented."
Severity: #error
Expression: "recordedDate.exists() or category.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.9173').code.empty() or verificationStatus.coding.where(system = 'http://terminology.hl7.org/CodeSystem/condition-ver-status').code.first().where($this = 'refuted' or $this = 'entered-in-error').exists()"

Invariant: place-of-the-suspicion
Description: "A suspicion that names a pathway says at which hospital, by its recorder or encounter."
Severity: #error
Expression: "recorder.exists() or encounter.exists() or category.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.9173').code.empty() or verificationStatus.coding.where(system = 'http://terminology.hl7.org/CodeSystem/condition-ver-status').code.first().where($this = 'refuted' or $this = 'entered-in-error').exists()"

Invariant: certainty-in-codes-of-fhir
Description: "How certain a suspicion that names a pathway is, if it is said, is said in FHIR's own codes."
Severity: #error
Expression: "verificationStatus.empty() or category.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.9173').code.empty() or verificationStatus.coding.where(system = 'http://terminology.hl7.org/CodeSystem/condition-ver-status').code.exists()"

Profile: InboundDecision
Parent: ClinicalImpression
Id: inbound-decision
Title: "Decision or abort as it should be sent"
Description: "A clinical decision that ends the pathway, or its abort: a completed ClinicalImpression with one finding that is a closing code of list 8480. The milestone Task, completed, says the same."
* insert Inbound
* obeys day-of-the-decision and place-of-the-decision and one-closing-code and outcome-that-is-known and reason-that-is-known
* status MS
* status ^short = "completed: it counts. entered-in-error: withdrawn"
* subject MS
* subject ^short = "The patient, by a number or by a reference that can be read"
* encounter MS
* encounter ^short = "At which hospital, where the assessor does not say it"
* effective[x] MS
* effective[x] ^short = "When it was decided: a dateTime"
* date MS
* date ^short = "When it was decided, where effective[x] does not say it"
* assessor MS
* assessor ^short = "At which hospital: a PractitionerRole with its organization"
* finding MS
* finding.itemCodeableConcept MS
* finding.itemCodeableConcept from ClosingCodes (preferred)
* finding.itemCodeableConcept ^short = "The code; beside it the organ pathway (9173), or the reason of an abort"
* supportingInfo MS
* supportingInfo ^short = "The referral, or the episode, that it is about"

Invariant: day-of-the-decision
Description: "A decision or an abort says when it was made."
Severity: #error
Expression: "effective.ofType(dateTime).exists() or date.exists() or status != 'completed' or finding.itemCodeableConcept.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.8480' and code.matches('^[A-Z][0-9]{2}(C.*|X)$')).empty()"

Invariant: place-of-the-decision
Description: "A decision or an abort says at which hospital, by its assessor or encounter."
Severity: #error
Expression: "assessor.exists() or encounter.exists() or status != 'completed' or finding.itemCodeableConcept.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.8480' and code.matches('^[A-Z][0-9]{2}(C.*|X)$')).empty()"

Invariant: one-closing-code
Description: "One ClinicalImpression is one decision or one abort."
Severity: #error
Expression: "status != 'completed' or finding.itemCodeableConcept.where(coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.8480' and code.matches('^[A-Z][0-9]{2}(C.*|X)$')).exists()).count() <= 1"

Invariant: outcome-that-is-known
Description: "A closing code of C01 is C01CK, C01CU, C01CA, C01CI or C01X."
Severity: #error
Expression: "status != 'completed' or finding.itemCodeableConcept.coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.8480' and code.matches('^C01(C.*|X)$')).all(code.matches('^C01(C[KUAI]|X)$'))"

Invariant: reason-that-is-known
Description: "The reason of an abort is one of the codes there are: patient-wish, death, other."
Severity: #error
Expression: "status != 'completed' or finding.itemCodeableConcept.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/abort-reason').code.all($this = 'patient-wish' or $this = 'death' or $this = 'other')"

Profile: InboundPatient
Parent: Patient
Id: inbound-patient
Title: "Patient as it should be sent"
Description: "Who the patient is, whether and on which day the patient died, and which other Patients are the same person."
* insert Inbound
* identifier MS
* identifier ^short = "Numbers of the patient; without any the patient is known by the id at the source alone"
* name MS
* gender MS
* birthDate MS
* deceased[x] MS
* deceased[x] ^short = "The day of death ends what is open; that a patient died, and not when, ends nothing"
* link MS
* link.other MS
* link.other ^short = "The same person under another id, by a number"
