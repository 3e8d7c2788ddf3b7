// What is bound to elements. A value set is named after the element's question, not after the list.

ValueSet: EpisodeRegistrations
Id: episode-registrations
Title: "Codes that an episode registers"
Description: "C01AA is left out: C01A and premiss A are kept apart. C01P is left out: no national rule says when it is registered."
* insert Active
* $registrations#C01A
* $registrations#C01S
* $registrations#C01O
* $registrations#C01CK
* $registrations#C01CU
* $registrations#C01CA
* $registrations#C01CI
* $registrations#C01X

ValueSet: CarriedRegistrations
Id: carried-registrations
Title: "Codes that an onward referral carries"
Description: "Any code of list 8480; one that is unknown there becomes finding 101."
* insert Active
* include codes from system $registrations

ValueSet: MilestoneOutcomes
Id: milestone-outcomes
Title: "Codes that complete a milestone"
Description: "The first attendance, a decision, or an abort that somebody put on the decision's Task."
* insert Active
* $registrations#C01S
* $registrations#C01CK
* $registrations#C01CU
* $registrations#C01CA
* $registrations#C01CI
* $registrations#C01X

ValueSet: ClosingCodes
Id: closing-codes
Title: "Codes that close a pathway"
Description: "The decisions and the abort."
* insert Active
* $registrations#C01CK
* $registrations#C01CU
* $registrations#C01CA
* $registrations#C01CI
* $registrations#C01X

ValueSet: Premisses
Id: premisses
Title: "Premisses of a registration"
Description: "What a start may be registered with."
* insert Active
* include codes from system $premisses

ValueSet: CancerPathways
Id: cancer-pathways
Title: "Cancer pathways"
Description: "The pathways of list 9173."
* insert Active
* include codes from system $pathways

ValueSet: ReferralMarks
Id: referral-marks
Title: "Marks of a referral"
Description: "A pathway, or that it is not said which one."
* insert Active
* include codes from system $pathways
* include codes from system ReferralMark

ValueSet: ReferralAssessments
Id: referral-assessments
Title: "Assessments of a referral"
Description: "A pathway, or none."
* insert Active
* include codes from system $pathways
* include codes from system ReferralAssessment

ValueSet: ReferralPurposes
Id: referral-purposes
Title: "Purposes of a referral"
Description: "All there are."
* insert Active
* include codes from system ReferralPurpose

ValueSet: ReferralSenderKinds
Id: referral-sender-kinds
Title: "Kinds of sender"
Description: "All there are."
* insert Active
* include codes from system ReferralSenderKind

ValueSet: AttendanceClasses
Id: attendance-classes
Title: "Classes of an Encounter that is written"
Description: "Ambulatory (imaging too), inpatient, and virtual (telephone and video)."
* insert Active
* $act#AMB "ambulatory"
* $act#AMB ^designation.language = #nb
* $act#AMB ^designation.value = "Poliklinisk"
* $act#IMP "inpatient encounter"
* $act#IMP ^designation.language = #nb
* $act#IMP ^designation.value = "Innlagt"
* $act#VR "virtual"
* $act#VR ^designation.language = #nb
* $act#VR ^designation.value = "Uten oppmøte"

ValueSet: AttendanceTypes
Id: attendance-types
Title: "Types of an Encounter that is written"
Description: "What its class does not say: that it was imaging, by telephone, or for work-up."
* insert Active
* $snomed#363679005 "Imaging"
* $snomed#363679005 ^designation.language = #nb
* $snomed#363679005 ^designation.value = "Bildediagnostisk undersøkelse"
* $snomed#185317003 "Telephone encounter"
* $snomed#185317003 ^designation.language = #nb
* $snomed#185317003 ^designation.value = "Telefonkontakt"
* $contacts#1

ValueSet: AttendancePlaces
Id: attendance-places
Title: "Places of an attendance"
Description: "All there are."
* insert Active
* include codes from system AttendancePlace

ValueSet: AbortReasons
Id: abort-reasons
Title: "Reasons of an abort"
Description: "All there are."
* insert Active
* include codes from system AbortReason

ValueSet: DeadlineKinds
Id: deadline-kinds
Title: "Kinds of deadline"
Description: "All there are."
* insert Active
* include codes from system PathwayDeadlineKind

ValueSet: EpisodeFindings
Id: episode-findings
Title: "Findings about an episode"
Description: "The register's checks and our own."
* insert Active
* include codes from system $checks
* include codes from system PathwayFinding

ValueSet: MendableFindings
Id: mendable-findings
Title: "Findings that somebody can mend"
Description: "Those that a Task is posted for: somebody at the hospital can do something about them."
* insert Active
* $checks#107
* $checks#117
* $checks#119
* PathwayFinding#missing-in-epr
* PathwayFinding#extra-in-epr
* PathwayFinding#other-day

ValueSet: PathwayTasks
Id: pathway-tasks
Title: "Kinds of Task"
Description: "All there are."
* insert Active
* include codes from system PathwayTask

ValueSet: Milestones
Id: milestones
Title: "Milestones of an episode"
Description: "The two that every episode has."
* insert Active
* PathwayTask#first-attendance
* PathwayTask#clinical-decision

ValueSet: TaskInputs
Id: task-inputs
Title: "Inputs of a Task"
Description: "All there are."
* insert Active
* include codes from system PathwayTaskInput

ValueSet: TaskOutputs
Id: task-outputs
Title: "Outputs of a Task"
Description: "All there are."
* insert Active
* include codes from system PathwayTaskOutput

ValueSet: TaskEnds
Id: task-ends
Title: "Ends of a Task"
Description: "All that the adapter gives; a person may give another."
* insert Active
* include codes from system TaskEnd

ValueSet: WarningLevels
Id: warning-levels
Title: "Levels of a warning"
Description: "All there are."
* insert Active
* include codes from system WarningLevel

ValueSet: TriageReasons
Id: triage-reasons
Title: "Reasons of a question"
Description: "All there are."
* insert Active
* include codes from system TriageReason

ValueSet: FollowUps
Id: follow-ups
Title: "Follow-up duties"
Description: "All there are."
* insert Active
* include codes from system PathwayFollowUp
