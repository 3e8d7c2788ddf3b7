// What a FHIR server must do for the adapter. What the embedded one offers it says itself: profiles/examples holds a copy.

RuleSet: Needed(type, profile)
* rest.resource[+].type = #{type}
* rest.resource[=].supportedProfile = "https://fhir.pakkeforlop.example/StructureDefinition/{profile}"
* rest.resource[=].interaction[+].code = #read
* rest.resource[=].interaction[+].code = #update
* rest.resource[=].versioning = #versioned-update
* rest.resource[=].updateCreate = true

RuleSet: ReadOnly(type)
* rest.resource[+].type = #{type}
* rest.resource[=].interaction[+].code = #read
* rest.resource[=].versioning = #versioned

RuleSet: Found(parameter, url, type)
* rest.resource[=].searchParam[+].name = "{parameter}"
* rest.resource[=].searchParam[=].definition = "{url}"
* rest.resource[=].searchParam[=].type = #{type}

RuleSet: Welcome(parameter, type)
* insert Found({parameter}, [[https://fhir.pakkeforlop.example/SearchParameter/task-{parameter}]], {type})
* rest.resource[=].searchParam[=].extension.url = "http://hl7.org/fhir/StructureDefinition/capabilitystatement-expectation"
* rest.resource[=].searchParam[=].extension.valueCode = #MAY

RuleSet: Taken(type, profile)
* rest.resource[+].type = #{type}
* rest.resource[=].supportedProfile = "https://fhir.pakkeforlop.example/StructureDefinition/{profile}"
* rest.resource[=].interaction[+].code = #update
* rest.resource[=].interaction[+].code = #delete

RuleSet: Polled
* rest.resource[=].interaction[+].code = #search-type
* insert Found(_lastUpdated, [[http://hl7.org/fhir/SearchParameter/Resource-lastUpdated]], date)

Instance: needed-of-a-server
InstanceOf: CapabilityStatement
Usage: #definition
Title: "What the adapter needs of a FHIR server"
* url = "https://fhir.pakkeforlop.example/CapabilityStatement/needed-of-a-server"
* version = "0.1.0"
* name = "NeededOfAServer"
* status = #active
* experimental = false
* date = "2026-01-01"
* description = "What the adapter asks of the FHIR server it writes to: reads, updates by ids of its own, and transactions. Patients and Organizations are looked up by number; sources that are polled are searched by the time of their last change. Conditional creates and searches for uniqueness are never relied upon."
* kind = #requirements
* fhirVersion = #4.0.1
* format = #application/fhir+json
* rest.mode = #server
* rest.documentation = "A stale If-Match must be refused (409 or 412). Searches by number are posted as a form, so that no number stands in an address. Without transactions the resources are written one by one."
* rest.interaction[+].code = #transaction
* insert Needed(EpisodeOfCare, pathway-episode)
* insert Needed(Task, milestone-task)
* rest.resource[=].supportedProfile[+] = "https://fhir.pakkeforlop.example/StructureDefinition/deadline-warning-task"
* rest.resource[=].supportedProfile[+] = "https://fhir.pakkeforlop.example/StructureDefinition/triage-task"
* rest.resource[=].supportedProfile[+] = "https://fhir.pakkeforlop.example/StructureDefinition/registration-finding-task"
* rest.resource[=].supportedProfile[+] = "https://fhir.pakkeforlop.example/StructureDefinition/follow-up-task"
* insert Polled
* insert Welcome(reason, token)
* insert Welcome(status-reason, token)
* insert Welcome(due, date)
* insert Needed(ServiceRequest, pathway-referral)
* insert Polled
* insert Needed(Encounter, pathway-attendance)
* insert Polled
* insert Needed(Patient, pathway-patient)
* insert Polled
* insert Found(identifier, [[http://hl7.org/fhir/SearchParameter/Patient-identifier]], token)
* insert Needed(Organization, pathway-organization)
* rest.resource[=].interaction[+].code = #search-type
* insert Found(identifier, [[http://hl7.org/fhir/SearchParameter/Organization-identifier]], token)
* insert ReadOnly(Appointment)
* insert Polled
* insert ReadOnly(Condition)
* insert Polled
* insert ReadOnly(ClinicalImpression)
* insert Polled
* insert ReadOnly(PractitionerRole)

Instance: taken-in
InstanceOf: CapabilityStatement
Usage: #definition
Title: "What the adapter takes in"
* url = "https://fhir.pakkeforlop.example/CapabilityStatement/taken-in"
* version = "0.1.0"
* name = "TakenIn"
* status = #active
* experimental = false
* date = "2026-01-01"
* description = "What the FHIR door of the adapter reads of a source with the pack fhir-r4, and which profiles say how it should be sent. Other packs may read other elements. Nothing is refused because it is not as a profile says."
* kind = #capability
* software.name = "pakkeforlop-fhir-adapter"
* fhirVersion = #4.0.1
* format = #application/fhir+json
* rest.mode = #server
* rest.documentation = "The base is /inbox/fhir/{source}. Updates and deletions are those of a rest-hook; resources, Bundles and notifications are posted to the base itself. Taken is answered 202 with an OperationOutcome; its warnings name the rule of a profile that is broken. Other types are kept, and say nothing; Organization, PractitionerRole and EpisodeOfCare are read where these refer to them."
* insert Taken(ServiceRequest, inbound-referral)
* insert Taken(Encounter, inbound-attendance)
* insert Taken(Appointment, inbound-booking)
* insert Taken(Condition, inbound-suspicion)
* insert Taken(ClinicalImpression, inbound-decision)
* insert Taken(Patient, inbound-patient)
* insert Taken(Task, milestone-task)
* rest.resource[=].supportedProfile[+] = "https://fhir.pakkeforlop.example/StructureDefinition/triage-task"
