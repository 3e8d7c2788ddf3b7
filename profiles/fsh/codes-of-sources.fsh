// Codes that sources are read by (the pack fhir-r4), and that the referrals and attendances we write carry.

CodeSystem: ReferralPurpose
Id: referral-purpose
Title: "Purposes of a referral"
Description: "What a referral asks for. One for an examination or for advice starts nothing and moves no responsibility."
* insert OwnCodes
* insert Concept([[workup]], [[Utredning]], [[Work-up]])
* insert Concept([[onward]], [[Viderehenvisning]], [[Onward referral]])
* insert Concept([[examination]], [[Enkeltundersøkelse]], [[One examination]])
* insert Concept([[advice]], [[Råd]], [[Advice]])

CodeSystem: ReferralMark
Id: referral-mark
Title: "Mark that names no pathway"
Description: "For a referral that is marked as a cancer pathway without saying which one. Any other mark is a code of list 9173."
* insert OwnCodes
* insert Concept([[unspecified]], [[Pakkeforløp for kreft, ikke sagt hvilket]], [[A cancer pathway, not said which one]])

CodeSystem: ReferralAssessment
Id: referral-assessment
Title: "Assessment that names no pathway"
Description: "For a referral that was assessed as belonging to no pathway. Any other assessment is a code of list 9173."
* insert OwnCodes
* insert Concept([[none]], [[Ikke pakkeforløp]], [[No pathway]])

CodeSystem: ReferralSenderKind
Id: referral-sender-kind
Title: "Kinds of sender"
Description: "Who sent a referral: a requester alone does not say it."
* insert OwnCodes
* insert Concept([[gp]], [[Fastlege]], [[General practitioner]])
* insert Concept([[contract-specialist]], [[Avtalespesialist]], [[Contract specialist]])
* insert Concept([[imaging]], [[Røntgeninstitutt]], [[Imaging institute]])
* insert Concept([[hospital]], [[Sykehus]], [[Hospital]])
* insert Concept([[other]], [[Annen henviser]], [[Somebody else]])

CodeSystem: AbortReason
Id: abort-reason
Title: "Reasons of an abort"
Description: "Why a pathway is aborted. Only the patient's wish and death count; for any other reason somebody is asked."
* insert OwnCodes
* insert Concept([[patient-wish]], [[Pasienten ønsker ikke videre utredning]], [[The patient wants no further work-up]])
* insert Concept([[death]], [[Pasienten er død]], [[The patient died]])
* insert Concept([[other]], [[Andre grunner]], [[Another reason]])

CodeSystem: AttendancePlace
Id: attendance-place
Title: "Places of an attendance"
Description: "Where a patient was seen: at a contract specialist the start gets premiss A."
* insert OwnCodes
* insert Concept([[hospital]], [[Sykehus]], [[Hospital]])
* insert Concept([[contract-specialist]], [[Avtalespesialist]], [[Contract specialist]])

CodeSystem: AttendanceForm
Id: attendance-form
Title: "Forms of an attendance"
Description: "How the patient was met. A contact by telephone or video is no attendance."
* insert OwnCodes
* insert Concept([[outpatient]], [[Poliklinisk konsultasjon]], [[Outpatient visit]])
* insert Concept([[admission]], [[Innleggelse]], [[Admission]])
* insert Concept([[imaging]], [[Bildediagnostisk undersøkelse]], [[Imaging]])
* insert Concept([[telephone]], [[Telefon]], [[Telephone]])
* insert Concept([[video]], [[Video]], [[Video]])

CodeSystem: AttendancePurpose
Id: attendance-purpose
Title: "Purposes of an attendance"
Description: "Only an attendance for work-up counts."
* insert OwnCodes
* insert Concept([[workup]], [[Utredning]], [[Work-up]])
* insert Concept([[other]], [[Annet formål]], [[Another purpose]])

CodeSystem: AttendanceState
Id: attendance-state
Title: "States of an attendance"
Description: "How far an attendance has come: one that arrived or finished took place."
* insert OwnCodes
* insert Concept([[planned]], [[Avtalt]], [[Booked]])
* insert Concept([[arrived]], [[Møtt]], [[Arrived]])
* insert Concept([[finished]], [[Avsluttet]], [[Finished]])
* insert Concept([[cancelled]], [[Avlyst]], [[Cancelled]])
* insert Concept([[missed]], [[Ikke møtt]], [[Missed]])

CodeSystem: DecisionOutcome
Id: decision-outcome
Title: "Outcomes of a decision"
Description: "What a clinical decision came to."
* insert OwnCodes
* insert Concept([[organ-cancer]], [[Påvist kreft, organspesifikt]], [[Organ-specific cancer]])
* insert Concept([[unknown-primary]], [[Metastase uten kjent utgangspunkt]], [[Metastasis with unknown primary]])
* insert Concept([[other-disease]], [[Påvist annen sykdom enn kreft]], [[Other disease than cancer]])
* insert Concept([[no-disease]], [[Ingen sykdom]], [[No disease]])

CodeSystem: SuspicionBasis
Id: suspicion-basis
Title: "What a suspicion rests on"
Description: "Well-founded suspicion, or cancer that was found, inside the specialist service."
* insert OwnCodes
* insert Concept([[suspicion]], [[Begrunnet mistanke]], [[Well-founded suspicion]])
* insert Concept([[cancer-found]], [[Påvist kreft]], [[Cancer found]])

CodeSystem: TransferScope
Id: transfer-scope
Title: "Scopes of a transfer"
Description: "What is handed over. Only responsibility ends an episode."
* insert OwnCodes
* insert Concept([[responsibility]], [[Ansvaret]], [[Responsibility]])
* insert Concept([[examination]], [[Enkeltundersøkelse]], [[One examination]])
* insert Concept([[advice]], [[Råd]], [[Advice]])
