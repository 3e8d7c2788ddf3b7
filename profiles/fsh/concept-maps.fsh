// How what the adapter derives shows in R4's own codes. How sources are read stands in mappings/fhir-r4/concept-maps.

RuleSet: Map(from, to)
* status = #active
* experimental = false
* group.source = "{from}"
* group.target = "{to}"

RuleSet: Pair(from, to, equivalence)
* group.element[+].code = #{from}
* group.element[=].target.code = #{to}
* group.element[=].target.equivalence = #{equivalence}

Instance: registration-episode-status
InstanceOf: ConceptMap
Usage: #definition
Title: "Registration to the status of the episode"
Description: "The status of an EpisodeOfCare by its last registration."
* name = "RegistrationEpisodeStatus"
* url = "https://fhir.pakkeforlop.example/ConceptMap/registration-episode-status"
* version = "0.1.0"
* insert Map([[urn:oid:2.16.578.1.12.4.1.1.8480]], [[http://hl7.org/fhir/episode-of-care-status]])
* insert Pair(C01A, waitlist, wider)
* insert Pair(C01S, active, wider)
* insert Pair(C01O, finished, wider)
* insert Pair(C01CK, finished, wider)
* insert Pair(C01CU, finished, wider)
* insert Pair(C01CA, finished, wider)
* insert Pair(C01CI, finished, wider)
* insert Pair(C01X, cancelled, wider)

Instance: warning-level-priority
InstanceOf: ConceptMap
Usage: #definition
Title: "Level of a warning to the priority of its Task"
Description: "What is overdue goes first."
* name = "WarningLevelPriority"
* url = "https://fhir.pakkeforlop.example/ConceptMap/warning-level-priority"
* version = "0.1.0"
* insert Map([[https://fhir.pakkeforlop.example/CodeSystem/warning-level]], [[http://hl7.org/fhir/request-priority]])
* insert Pair(approaching, urgent, wider)
* insert Pair(booked-too-late, urgent, wider)
* insert Pair(overdue, asap, equivalent)

Instance: attendance-state-written
InstanceOf: ConceptMap
Usage: #definition
Title: "State of an attendance to the status of the Encounter that is written"
Description: "A missed attendance is written as cancelled: R4 has no other status for it."
* name = "AttendanceStateWritten"
* url = "https://fhir.pakkeforlop.example/ConceptMap/attendance-state-written"
* version = "0.1.0"
* insert Map([[https://fhir.pakkeforlop.example/CodeSystem/attendance-state]], [[http://hl7.org/fhir/encounter-status]])
* insert Pair(planned, planned, equivalent)
* insert Pair(arrived, arrived, equivalent)
* insert Pair(finished, finished, equivalent)
* insert Pair(cancelled, cancelled, equivalent)
* insert Pair(missed, cancelled, wider)

Instance: attendance-form-written
InstanceOf: ConceptMap
Usage: #definition
Title: "Form of an attendance to the class of the Encounter that is written"
Description: "What the class does not say, the type does: imaging and telephone."
* name = "AttendanceFormWritten"
* url = "https://fhir.pakkeforlop.example/ConceptMap/attendance-form-written"
* version = "0.1.0"
* insert Map([[https://fhir.pakkeforlop.example/CodeSystem/attendance-form]], [[http://terminology.hl7.org/CodeSystem/v3-ActCode]])
* insert Pair(outpatient, AMB, equivalent)
* insert Pair(admission, IMP, equivalent)
* insert Pair(imaging, AMB, wider)
* insert Pair(telephone, VR, wider)
* insert Pair(video, VR, equivalent)
