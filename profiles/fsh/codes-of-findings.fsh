// Findings: the register's checks (list 9329) and our own.

CodeSystem: PathwayFinding
Id: pathway-finding
Title: "Findings that are not the register's"
Description: "What the adapter found about the registrations of an episode and list 9329 has no number for."
* insert OwnCodes
* insert Concept([[second-referral]], [[Mer enn én henvisning i samme forløp]], [[More than one referral in the same pathway]])
* insert Concept([[after-transfer]], [[En avslutning kom etter at ansvaret var overført]], [[A closing came after responsibility had moved]])
* insert Concept([[missing-in-epr]], [[Koden er ikke registrert i journalsystemet]], [[The code is not registered in the EPR]])
* insert Concept([[extra-in-epr]], [[Journalsystemet har en kode som ikke følger av hendelsene]], [[The EPR has a code that does not follow from the events]])
* insert Concept([[other-day]], [[Koden er registrert på en annen dag i journalsystemet]], [[The code is registered on another day in the EPR]])

CodeSystem: NprValidation
Id: npr-9329
Title: "Checks of the register (9329), those that concern the pathway"
Description: "A fragment: the checks that the adapter applies before the register does, in words of its own."
* insert NationalCodes(9329)
* insert Concept([[101]], [[Koden finnes ikke i kodeverket for pakkeforløp]], [[The code is not in the list of pathway codes]])
* insert Concept([[106]], [[En kode er datert før starten av forløpet]], [[A code is dated before the start of the pathway]])
* insert Concept([[107]], [[En kode mangler dato]], [[A code has no date]])
* insert Concept([[111]], [[Første fremmøte er registrert etter klinisk beslutning]], [[First attendance is registered after the clinical decision]])
* insert Concept([[112]], [[Overflødig: en klinisk beslutning har alt avsluttet forløpet]], [[Superfluous: a clinical decision has already ended the pathway]])
* insert Concept([[114]], [[Overflødig: forløpet er alt avbrutt]], [[Superfluous: the pathway was already aborted]])
* insert Concept([[117]], [[Pasienten var under 18 år da forløpet startet]], [[The patient was under 18 when the pathway started]])
* insert Concept([[119]], [[Klinisk beslutning uten forutgående første fremmøte]], [[Clinical decision without a first attendance before it]])
* insert Concept([[120]], [[Koden var utgått på registreringsdagen]], [[The code had expired on the day of registration]])
