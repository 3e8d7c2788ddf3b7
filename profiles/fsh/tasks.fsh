// Worklists: what is to be done, by when, and what somebody has to answer.

Profile: PathwayTaskProfile
Parent: Task
Id: pathway-task
Title: "Task of the pathway"
Description: "What all Tasks of the adapter have in common. People own what they change: status with its reason and output, owner, note."
* ^abstract = true
* insert ByTheAdapter
* insert InWords
* obeys key-of-the-kind and reason-of-an-end
* identifier 1..1
* identifier.system 1..1
* identifier.system = "https://fhir.pakkeforlop.example/task-key"
* identifier.value 1..1
* identifier ^short = "What the Task is about, as a key: unique"
* groupIdentifier.system 1..1
* groupIdentifier.system = "https://fhir.pakkeforlop.example/pathway-id"
* groupIdentifier.value 1..1
* groupIdentifier ^short = "The pathway"
* statusReason from TaskEnds (extensible)
* statusReason ^short = "Why the adapter cancelled it"
* intent = #order
* code 1..1
* code from PathwayTasks (required)
* description 1..1
* description ^short = "What is to be done, in Norwegian"
* for only Reference(Patient)
* authoredOn 1..1
* authoredOn ^short = "When it was first wanted"
* owner ^short = "The unit, else the organisation, until a person takes it"
* restriction.period.end ^short = "The due day"
* input.type from TaskInputs (required)
* output.type from TaskOutputs (extensible)

Invariant: key-of-the-kind
Description: "The key begins with the kind of the Task."
Severity: #error
Expression: "identifier.value.startsWith(code.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/pathway-task').code.first() + '/')"

Invariant: reason-of-an-end
Description: "A reason of the adapter's stands on a cancelled Task only."
Severity: #error
Expression: "statusReason.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/task-end').empty() or status = 'cancelled'"

// What is about an episode says so, to whom it belongs and whose patient it is.
RuleSet: AboutAnEpisode
* groupIdentifier 1..1
* focus 1..1
* focus only Reference(EpisodeOfCare)
* for 1..1
* owner 1..1

Profile: MilestoneTask
Parent: PathwayTaskProfile
Id: milestone-task
Title: "Milestone"
Description: "First attendance and clinical decision: every episode has both, due on the day of their deadline (the decision: the earlier of its two). Completed with the registered code; cancelled when the episode ended without. An EPR or a person may complete it: what is put there is a fact."
* insert AboutAnEpisode
* obeys outcome-of-the-milestone and completed-says-what
* code from Milestones (required)
* restriction 1..1
* restriction.period 1..1
* restriction.period.end 1..1
* output ^slicing.discriminator.type = #pattern
* output ^slicing.discriminator.path = "type"
* output ^slicing.rules = #open
* output contains
    outcome 0..1 and
    decidedOn 0..1 and
    attendedOn 0..1 and
    organPathway 0..1 and
    place 0..1 and
    abortReason 0..1
* output[outcome].type = PathwayTaskOutput#outcome
* output[outcome].value[x] only CodeableConcept or Coding or code
* output[outcome].value[x] from MilestoneOutcomes (required)
* output[outcome] ^short = "The code of list 8480"
* output[decidedOn].type = PathwayTaskOutput#decided-on
* output[decidedOn].value[x] only date or dateTime
* output[decidedOn] ^short = "The day of the decision; else executionPeriod.end"
* output[attendedOn].type = PathwayTaskOutput#attended-on
* output[attendedOn].value[x] only date or dateTime
* output[attendedOn] ^short = "The day of the attendance; else executionPeriod.end"
* output[organPathway].type = PathwayTaskOutput#organ-pathway
* output[organPathway].value[x] only CodeableConcept or Coding or code
* output[organPathway].value[x] from CancerPathways (required)
* output[organPathway] ^short = "The organ-specific pathway the patient goes on to"
* output[place].type = PathwayTaskOutput#place
* output[place].value[x] only CodeableConcept or Coding or code
* output[place].value[x] from AttendancePlaces (required)
* output[place] ^short = "Where the patient was seen"
* output[abortReason].type = PathwayTaskOutput#abort-reason
* output[abortReason].value[x] only CodeableConcept or Coding or code
* output[abortReason].value[x] from AbortReasons (required)
* output[abortReason] ^short = "Why the pathway was aborted, with C01X"

Invariant: outcome-of-the-milestone
Description: "The first attendance is completed by C01S, the decision by a C code, or by X where somebody put an abort there."
Severity: #error
Expression: "output.where(type.coding.where(code = 'outcome').exists()).value.ofType(CodeableConcept).coding.where(system = 'urn:oid:2.16.578.1.12.4.1.1.8480').code.all(matches(iif(%resource.code.coding.where(code = 'first-attendance').exists(), '^...S$', '^...(C.|X)$')))"

Invariant: completed-says-what
Description: "A completed milestone says what came of it; where a person completed it without, nothing follows."
Severity: #warning
Expression: "status != 'completed' or output.exists()"

Profile: DeadlineWarningTask
Parent: PathwayTaskProfile
Id: deadline-warning-task
Title: "Warning of a deadline"
Description: "Of a milestone's open deadlines the one due first comes near, is booked after, or has passed. Once for each milestone, due day and level; of a milestone at most one is open. Completed when the deadline is met."
* insert AboutAnEpisode
* obeys priority-of-the-level and booking-of-the-attendance and warned-once
* code = PathwayTask#deadline-warning
* partOf 1..1
* partOf only Reference(Task)
* partOf ^short = "The milestone"
* reasonCode 1..1
* reasonCode from DeadlineKinds (required)
* businessStatus 1..1
* businessStatus from WarningLevels (required)
* priority 1..1
* restriction 1..1
* restriction.period 1..1
* restriction.period.end 1..1

Invariant: priority-of-the-level
Description: "What is overdue has priority asap, what comes near or is booked too late urgent."
Severity: #error
Expression: "priority = iif(businessStatus.coding.where(code = 'overdue').exists(), 'asap', 'urgent')"

Invariant: booking-of-the-attendance
Description: "Only a first attendance can be booked too late."
Severity: #error
Expression: "businessStatus.coding.where(code = 'booked-too-late').empty() or reasonCode.coding.where(code = 'first-attendance').exists()"

Invariant: warned-once
Description: "The key ends with the kind, the due day and the level: so each is warned of once."
Severity: #error
Expression: "identifier.value.contains('/' + reasonCode.coding.where(system = 'https://fhir.pakkeforlop.example/CodeSystem/pathway-deadline-kind').code.first() + '/' + restriction.period.end.toString() + '/')"

Profile: TriageTask
Parent: PathwayTaskProfile
Id: triage-task
Title: "Question"
Description: "A message waits for a person, one Task for each business object and reason; for a code without a target one for each pack, code system and code. Completed only by an answer; cancelled when the question has gone away otherwise."
* obeys asked-of-what
* code = PathwayTask#triage
* reasonCode 1..1
* reasonCode from TriageReasons (required)
* focus ^short = "The source, or the Task whose answer is not complete; none for a code without a target"
* input ^slicing.discriminator.type = #pattern
* input ^slicing.discriminator.path = "type"
* input ^slicing.rules = #open
* input contains
    pack 0..1 and
    system 0..1 and
    code 0..1
* input[pack].type = PathwayTaskInput#pack
* input[pack].value[x] only string
* input[pack] ^short = "The mapping pack whose ConceptMap has no target"
* input[system].type = PathwayTaskInput#system
* input[system].value[x] only uri
* input[system] ^short = "The code system; absent: the code came without one"
* input[code].type = PathwayTaskInput#code
* input[code].value[x] only string
* input[code] ^short = "The code"
* output ^slicing.discriminator.type = #pattern
* output ^slicing.discriminator.path = "type"
* output ^slicing.rules = #open
* output contains
    assessedPathway 0..1 and
    pathwayId 0..1 and
    abortReason 0..1
* output[assessedPathway].type = PathwayTaskOutput#assessed-pathway
* output[assessedPathway].value[x] only CodeableConcept or Coding or code
* output[assessedPathway].value[x] from ReferralAssessments (required)
* output[assessedPathway] ^short = "The pathway that the referral is about, or none"
* output[pathwayId].type = PathwayTaskOutput#pathway-id
* output[pathwayId].value[x] only string or Identifier
* output[pathwayId] ^short = "The pathway that the message belongs to"
* output[abortReason].type = PathwayTaskOutput#abort-reason
* output[abortReason].value[x] only CodeableConcept or Coding or code
* output[abortReason].value[x] from AbortReasons (required)
* output[abortReason] ^short = "Why the pathway was aborted"

Invariant: asked-of-what
Description: "A question about a code without a target names pack and code, and nobody; every other has a focus."
Severity: #error
Expression: "iif(reasonCode.coding.where(code = 'unmapped-code').exists(), focus.empty() and for.empty() and input.where(type.coding.where(code = 'pack').exists()).exists() and input.where(type.coding.where(code = 'code').exists()).exists(), focus.exists())"

Profile: RegistrationFindingTask
Parent: PathwayTaskProfile
Id: registration-finding-task
Title: "Finding to mend"
Description: "A finding that somebody at the hospital can mend, one for each episode and finding."
* insert AboutAnEpisode
* code = PathwayTask#registration-finding
* reasonCode 1..1
* reasonCode from MendableFindings (required)

Profile: FollowUpTask
Parent: PathwayTaskProfile
Id: follow-up-task
Title: "Follow-up"
Description: "What somebody has to do after a decision, a transfer or a referral, one for each episode and duty."
* insert AboutAnEpisode
* code = PathwayTask#follow-up
* reasonCode 1..1
* reasonCode from FollowUps (required)
