// Codes of the Tasks: what they are, why they were posted, and how they end.

CodeSystem: PathwayTask
Id: pathway-task
Title: "Kinds of Task"
Description: "What a Task of the adapter is: one of the two milestones of an episode, a warning, a question, a finding or a duty."
* insert OwnCodes
* insert Concept([[first-attendance]], [[Første fremmøte]], [[First attendance]])
* insert Concept([[clinical-decision]], [[Klinisk beslutning]], [[Clinical decision]])
* insert Concept([[deadline-warning]], [[Varsel om frist]], [[Warning of a deadline]])
* insert Concept([[triage]], [[Spørsmål som et menneske må svare på]], [[Question that a person must answer]])
* insert Concept([[registration-finding]], [[Funn i registreringen]], [[Finding about the registrations]])
* insert Concept([[follow-up]], [[Oppfølging]], [[Follow-up]])

CodeSystem: PathwayTaskInput
Id: pathway-task-input
Title: "Inputs of a Task"
Description: "What a question about a code without a target is about."
* insert OwnCodes
* insert Concept([[pack]], [[Mappingpakke]], [[Mapping pack]])
* insert Concept([[system]], [[Kodeverk]], [[Code system]])
* insert Concept([[code]], [[Kode]], [[Code]])

CodeSystem: PathwayTaskOutput
Id: pathway-task-output
Title: "Outputs of a Task"
Description: "What an EPR or a person says when it completes a Task. The adapter itself writes the outcome of a milestone."
* insert OwnCodes
* insert Concept([[outcome]], [[Registrert kode]], [[Registered code]])
* insert Concept([[decided-on]], [[Beslutningsdag]], [[Day of the decision]])
* insert Concept([[attended-on]], [[Fremmøtedag]], [[Day of the attendance]])
* insert Concept([[organ-pathway]], [[Organspesifikt pakkeforløp]], [[Organ-specific pathway]])
* insert Concept([[place]], [[Sted for fremmøtet]], [[Place of the attendance]])
* insert Concept([[assessed-pathway]], [[Vurdert til forløp]], [[Pathway it was assessed to]])
* insert Concept([[pathway-id]], [[Forløpets id]], [[Id of the pathway]])
* insert Concept([[abort-reason]], [[Grunn til avbrudd]], [[Reason of the abort]])

CodeSystem: TaskEnd
Id: task-end
Title: "Ends of a Task"
Description: "Why the adapter cancelled a Task of its own."
* insert OwnCodes
* insert Concept([[superseded]], [[Avløst av et varsel på høyere nivå]], [[A warning of a higher level was posted]])
* insert Concept([[deadline-ended]], [[Episoden sluttet uten at dette skjedde]], [[The episode ended without it]])
* insert Concept([[no-longer-applies]], [[Grunnen er falt bort eller rettet]], [[Its cause was withdrawn or corrected]])

CodeSystem: PathwayDeadlineKind
Id: pathway-deadline-kind
Title: "Kinds of deadline"
Description: "The three deadlines of the pathway, in calendar days."
* insert OwnCodes
* insert Concept([[first-attendance]], [[Første fremmøte innen 7 dager fra mottatt henvisning]], [[First attendance within 7 days of the referral's receipt]])
* insert Concept([[workup]], [[Utredning avsluttet innen 21 dager fra første fremmøte]], [[Work-up finished within 21 days of the first attendance]])
* insert Concept([[pathway]], [[Utredning avsluttet innen 28 dager fra mottatt henvisning]], [[Work-up finished within 28 days of the referral's receipt]])

CodeSystem: WarningLevel
Id: warning-level
Title: "Levels of a warning"
Description: "What a warning says of its deadline. At most one warning of a milestone is open: overdue goes before booked-too-late before approaching."
* insert OwnCodes
* insert Concept([[approaching]], [[fristen nærmer seg]], [[the deadline is near]])
* insert Concept([[booked-too-late]], [[time er satt opp etter fristen]], [[booked after the deadline]])
* insert Concept([[overdue]], [[fristen er passert]], [[the deadline has passed]])

CodeSystem: TriageReason
Id: triage-reason
Title: "Reasons of a question"
Description: "Why a message waits for a person. The question itself is the display."
* insert OwnCodes
* insert Concept([[unspecified-mark]], [[Henvisningen er merket som pakkeforløp for kreft, men ikke hvilket: hvilket forløp gjelder den?]], [[The referral is marked as a cancer pathway, but not which one: which pathway is it about?]])
* insert Concept([[assessed-none]], [[Henvisningen er merket med forløpet, men vurdert til ikke å høre til det: skal starten stå?]], [[The referral is marked for the pathway but assessed as not belonging to it: should the start stand?]])
* insert Concept([[no-pathway]], [[Det finnes ikke noe forløp som dette hører til: hvilket gjelder det?]], [[There is no pathway that this belongs to: which one is it about?]])
* insert Concept([[several-pathways]], [[Flere forløp er åpne: hvilket gjelder det?]], [[Several pathways are open: which one is it about?]])
* insert Concept([[abort-reason]], [[Avbrutt av andre grunner enn dem som teller: hva er grunnen?]], [[Aborted for a reason that does not count: what is the reason?]])
* insert Concept([[answer-without-day]], [[Oppgaven er fullført uten dag, eller uten hva som ble besluttet: når var det, og hva?]], [[The task is completed without a day, or without what was decided: when was it, and what?]])
* insert Concept([[several-patients]], [[FHIR-serveren har flere pasienter med dette nummeret: hvem av dem er det?]], [[The FHIR server has several patients with this number: which of them is it?]])
* insert Concept([[unresolved-reference]], [[Det som meldingen viser til, kan ikke leses ennå.]], [[What the message refers to cannot be read yet.]])
* insert Concept([[unmapped-code]], [[Koden har ingen oversettelse: legg den inn i ConceptMap-en, så går meldingene som venter videre av seg selv.]], [[The code has no target: put it into the ConceptMap, and the messages that wait go on by themselves.]])
* insert Concept([[unknown-organization]], [[Enheten fører ikke til noe sykehus med kjent organisasjonsnummer: hvilket er det?]], [[The unit leads to no hospital with a known organisation number: which one is it?]])

CodeSystem: PathwayFollowUp
Id: pathway-follow-up
Title: "Follow-up duties"
Description: "What somebody has to do after a decision, a transfer or a referral."
* insert OwnCodes
* insert Concept([[organ-pathway]], [[Henvis til organspesifikt pakkeforløp]], [[Refer to the organ-specific pathway]])
* insert Concept([[unknown-primary-pathway]], [[Henvis til pakkeforløp for metastaser med ukjent utgangspunkt (B01)]], [[Refer to the pathway for metastasis with unknown primary (B01)]])
* insert Concept([[home-pathway]], [[Tilby Pakkeforløp hjem]], [[Offer the home pathway (Pakkeforløp hjem)]])
* insert Concept([[inform-referrer]], [[Informer henviser om beslutningen]], [[Inform the referrer of the decision]])
* insert Concept([[discharge-letter]], [[Send epikrise til fastlegen, og til henviser om det er en annen]], [[Send the discharge letter to the GP, and to the referrer where that is somebody else]])
* insert Concept([[copy-to-gp]], [[Send kopi av henvisningen til fastlegen]], [[Send a copy of the referral to the GP]])
* insert Concept([[missing-transfer]], [[Neste sykehus har startet; overføringen er ikke registrert her]], [[The next hospital has started; the transfer is not registered here]])
