// National lists behind the registrations: fragments with the codes that are used here.

CodeSystem: PathwayRegistrationCode
Id: npr-8480
Title: "Codes of the pathway (8480), those of C01"
Description: "A fragment: what is registered of Diagnostisk pakkeforløp. Match on the code, never on the text. C01AA is read, never written."
* insert NationalCodes(8480)
* insert Concept([[C01A]], [[Start pakkeforløp/mottatt henvisning]], [[Start of the pathway, referral received]])
* insert Concept([[C01AA]], [[Start pakkeforløp/mottatt henvisning: Pasienten er helt eller delvis utredet hos avtalespesialist]], [[Start of the pathway, referral received: Worked up fully or partly at a contract specialist]])
* insert Concept([[C01S]], [[Start utredning (første fremmøte)]], [[Start of the work-up (first attendance)]])
* insert Concept([[C01O]], [[Overføring til annet helseforetak/sykehus]], [[Transfer to another hospital]])
* insert Concept([[C01CK]], [[Klinisk beslutning: Påvist kreft, organspesifikt]], [[Clinical decision: Organ-specific cancer]])
* insert Concept([[C01CU]], [[Klinisk beslutning: Metastase uten kjent utgangspunkt]], [[Clinical decision: Metastasis with unknown primary]])
* insert Concept([[C01CA]], [[Klinisk beslutning: Påvist annen sykdom enn kreft]], [[Clinical decision: Other disease than cancer]])
* insert Concept([[C01CI]], [[Klinisk beslutning: Ingen sykdom]], [[Clinical decision: No disease]])
* insert Concept([[C01X]], [[Avslutning av pakkeforløp]], [[Pathway aborted]])

CodeSystem: DecisionLetter
Id: npr-9175
Title: "Outcome of a decision (9175), those of C01"
Description: "A fragment: what follows the C in a code of list 8480."
* insert NationalCodes(9175)
* insert Concept([[K]], [[Påvist kreft, organspesifikt]], [[Organ-specific cancer]])
* insert Concept([[U]], [[Metastase uten kjent utgangspunkt]], [[Metastasis with unknown primary]])
* insert Concept([[A]], [[Påvist annen sykdom enn kreft]], [[Other disease than cancer]])
* insert Concept([[I]], [[Ingen sykdom]], [[No disease]])

CodeSystem: Premiss
Id: npr-8380
Title: "Premiss of a registration (8380)"
Description: "A fragment: what a start is registered with when a contract specialist (avtalespesialist) did the work-up."
* insert NationalCodes(8380)
* insert Concept([[A]], [[Pasienten er helt eller delvis utredet hos avtalespesialist]], [[Worked up fully or partly at a contract specialist]])

CodeSystem: ContactPurpose
Id: npr-8432
Title: "Purpose of a contact (8432)"
Description: "A fragment: the one that says work-up."
* insert NationalCodes(8432)
* insert Concept([[1]], [[Utredning]], [[Work-up]])
