// The systems of the identifiers that the adapter gives. Those of people and organisations are national: no-basis has them.

RuleSet: OwnIdentifier(name, on)
* name = "{name}"
* status = #active
* kind = #identifier
* date = "2026-01-01"
* uniqueId.type = #uri
* uniqueId.value = "https://fhir.pakkeforlop.example/{on}"
* uniqueId.preferred = true

Instance: episode-id
InstanceOf: NamingSystem
Usage: #definition
* insert OwnIdentifier(EpisodeId, episode-id)
* description = "One episode: the part of a patient's pathway that one organisation is responsible for. Given when the episode is first derived, and kept while any start that ever belonged to it stands."
* usage = "On the EpisodeOfCare, unique."

Instance: pathway-id
InstanceOf: NamingSystem
Usage: #definition
* insert OwnIdentifier(PathwayId, pathway-id)
* description = "One patient's pathway, from its start to its end, the same at every hospital that it comes to. Given by the adapter; an EPR may say it in what it sends."
* usage = "On the EpisodeOfCare, on a Task as groupIdentifier; read on a ServiceRequest, a Condition, and an EpisodeOfCare that an Encounter or a ClinicalImpression refers to."

Instance: task-key
InstanceOf: NamingSystem
Usage: #definition
* insert OwnIdentifier(TaskKey, task-key)
* description = "What a Task is about, as a key that begins with the kind of the Task: the same cause never gives a second Task."
* usage = "On the Task, unique."
