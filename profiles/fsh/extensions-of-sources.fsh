// What a source may say that R4 has no element for. The referrals and attendances we write say it the same way.

Extension: ReferralReceived
Id: referral-received
Title: "Referral received"
Description: "When the hospital received the referral: the day a start counts from, whenever the referral was assessed. Without it the day it was authored is taken; an onward referral without it is one that was sent."
Context: ServiceRequest
* value[x] 1..1
* value[x] only dateTime

Extension: ReferralAssessmentMade
Id: referral-assessment
Title: "Assessment of a referral"
Description: "What the receiving hospital made of the referral: that it belongs to a pathway, whatever it is marked with, or to none."
Context: ServiceRequest
* extension contains
    pathway 1..1 and
    on 1..1
* extension[pathway] ^short = "A pathway of list 9173, or none"
* extension[pathway].value[x] 1..1
* extension[pathway].value[x] only code
* extension[pathway].valueCode from ReferralAssessments (required)
* extension[on] ^short = "The day of the assessment"
* extension[on].value[x] 1..1
* extension[on].value[x] only date

Extension: ReferralSender
Id: referral-sender
Title: "Sender of a referral"
Description: "What kind of sender the requester is, and whether the GP was sent a copy. Read, not written."
Context: ServiceRequest
* extension contains
    kind 0..1 and
    copySentToGp 0..1
* extension[kind] ^short = "What kind of sender it is"
* extension[kind].value[x] 1..1
* extension[kind].value[x] only code
* extension[kind].valueCode from ReferralSenderKinds (required)
* extension[copySentToGp] ^short = "Whether the GP was sent a copy"
* extension[copySentToGp].value[x] 1..1
* extension[copySentToGp].value[x] only boolean

Extension: WorkedUpAtContractSpecialist
Id: worked-up-at-contract-specialist
Title: "Worked up at a contract specialist"
Description: "The patient was worked up, fully or partly, at a contract specialist (avtalespesialist): the start gets premiss A. On an Encounter: the attendance took place there."
Context: ServiceRequest, Encounter
* value[x] 1..1
* value[x] only boolean
