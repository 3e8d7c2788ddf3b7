// Attendances as an EPR should send them: held ones and booked ones as Encounter, booked and missed ones as Appointment too.

Profile: InboundAttendance
Parent: Encounter
Id: inbound-attendance
Title: "Attendance as it should be sent"
Description: "One contact with the patient. It counts where it is for work-up; one that does not say what it is for counts where its referral or pathway ties it to one."
* insert Inbound
* obeys patient-of-the-attendance and hospital-of-the-attendance and day-of-the-attendance and state-that-is-read and form-that-is-read
* extension contains
    WorkedUpAtContractSpecialist named workedUpAtContractSpecialist 0..1 MS
* extension[workedUpAtContractSpecialist] ^short = "It took place at a contract specialist"
* status MS
* status ^short = "planned, arrived (triaged, in-progress, onleave), finished, cancelled; entered-in-error: withdrawn"
* class MS
* class ^short = "How the patient was met: AMB, IMP and the other admissions, VR"
* type MS
* type ^short = "What wins over the class: imaging, by telephone; and what it is for (8432)"
* subject MS
* subject ^short = "The patient, by a number or by a reference that can be read"
* episodeOfCare MS
* episodeOfCare ^short = "The pathway it belongs to: by the pathway id that the EpisodeOfCare has, else by the EpisodeOfCare's own"
* basedOn MS
* basedOn ^short = "The referral it follows from"
* period MS
* period.start MS
* period.start ^short = "When the patient was met, or is to be"
* serviceProvider MS
* serviceProvider ^short = "The hospital, or a unit of it"

Invariant: patient-of-the-attendance
Description: "An attendance says whose it is, unless it was withdrawn or has no day yet."
Severity: #error
Expression: "subject.exists() or status = 'entered-in-error' or ((status = 'planned' or status = 'cancelled') and period.start.empty())"

Invariant: hospital-of-the-attendance
Description: "An attendance says where it is, in serviceProvider, unless it was withdrawn or has no day yet."
Severity: #error
Expression: "serviceProvider.exists() or status = 'entered-in-error' or ((status = 'planned' or status = 'cancelled') and period.start.empty())"

Invariant: day-of-the-attendance
Description: "An attendance that took place says when."
Severity: #error
Expression: "period.start.exists() or status = 'planned' or status = 'cancelled' or status = 'entered-in-error'"

Invariant: state-that-is-read
Description: "How far an attendance has come is known."
Severity: #error
Expression: "status != 'unknown'"

Invariant: form-that-is-read
Description: "How the patient was met is said by a class of v3-ActCode that the ConceptMap has, or by a type: imaging, telephone."
Severity: #error
Expression: "type.coding.where(system = 'http://snomed.info/sct' and (code = '363679005' or code = '185317003')).exists() or class.where(system = 'http://terminology.hl7.org/CodeSystem/v3-ActCode' and (code = 'AMB' or code = 'IMP' or code = 'ACUTE' or code = 'NONAC' or code = 'NONACUTE' or code = 'EMER' or code = 'OBSENC' or code = 'SS' or code = 'VR')).exists() or status = 'entered-in-error' or ((status = 'planned' or status = 'cancelled') and period.start.empty())"

Profile: InboundBooking
Parent: Appointment
Id: inbound-booking
Title: "Booking as it should be sent"
Description: "An attendance that is booked, or that the patient missed. Whether the patient came, the Encounter says."
* insert Inbound
* obeys day-of-the-booking and patient-of-the-booking and hospital-of-the-booking
* status MS
* status ^short = "booked, noshow; entered-in-error: withdrawn. Any other takes back what was booked"
* serviceType MS
* serviceType ^short = "What it is for (8432), and by which form"
* appointmentType MS
* appointmentType ^short = "The same, where it stands here"
* start MS
* start ^short = "When the patient is to come, or was"
* basedOn MS
* basedOn ^short = "The referral it follows from; its hospital is the booking's, where no participant says one"
* participant MS
* participant.actor MS
* participant.actor ^short = "The patient; and at which hospital: a PractitionerRole with its organization"

Invariant: day-of-the-booking
Description: "What is booked or was missed says when."
Severity: #error
Expression: "start.exists() or (status != 'booked' and status != 'noshow')"

Invariant: patient-of-the-booking
Description: "What is booked or was missed has a participant: the patient."
Severity: #error
Expression: "participant.actor.where(type = 'Patient' or reference.matches('^(.*/)?Patient/[^/]+(/_history/[^/]+)?$') or reference.matches('^(#|urn:)')).exists() or (status != 'booked' and status != 'noshow')"

Invariant: hospital-of-the-booking
Description: "What is booked or was missed says where, by a participant that is a PractitionerRole, or by the referral in basedOn."
Severity: #error
Expression: "basedOn.exists() or participant.actor.where(type = 'PractitionerRole' or reference.matches('^(.*/)?PractitionerRole/[^/]+(/_history/[^/]+)?$') or reference.matches('^(#|urn:)')).exists() or (status != 'booked' and status != 'noshow')"
