"""Sentence frames of the synthetic messages that redaction is measured with. Every one is made up.

Written before the patterns of the redactor. `SEEN` was at hand while it was built; `HELD_BACK` was only ever
measured in totals, its misses never read; the first such figures were 98.9% (structured kinds) and 94.6% (names).
A frame is plain text with slots; `redaction_messages.py` says what each slot is filled with. Everything outside a
slot is ordinary words that ought to stay.
"""

from __future__ import annotations

SEEN = (
    # parents, typed in a hurry
    "my son {child} is 7 and he has autism, school keep ringing me to collect him. can someone call me on {phone}",
    "My daughter {child} is waiting for an assessment. I'm {parent_full}, my number is {phone}. Thanks, {parent}",
    "hi im {parent} and my little boy {child} wont eat anything at school",
    "{child}'s dad doesn't think there is anything wrong but the nursery do",
    "My child is called {child} and she is in Year 9. {child} has an EHCP but nothing on it is happening.",
    "{child} and {child2} are twins, both 4, {child2} is not talking yet",
    "who do I ring about transport, we are at {address}, {postcode}",
    "I have been told by {staff} at the school that {child} can't go on the trip",
    "hiya its {parent} again, {child} got excluded on monday, his teacher {staff} rang me from {phone}",
    "We live at {address} in Ely, {postcode} and nobody will tell us which school has to take {child}.",
    "he goes to {school} and they say he doesn't qualify for any help",
    "please email me back at {email} as i cant talk on the phone at work",
    "{child_full}, dob {dob}, NHS number {nhs}. Referred in March and heard nothing since.",
    "My lad {child} was born {dob} and he still isn't walking. He's nearly 3.",
    "my girl {child} shes 12 shes self harming and camhs wont see her she goes to {school}",
    "can you look up my case, the reference is {ref}, it's about {child_full}",
    "Is there a club for {child}? {child} is 10, deaf, and loves football. We're in Wisbech.",
    "My husband {parent} works away and I have three kids with SEN. Is there any respite?",
    "message me on insta {handle} or text {phone}",
    "I put the letter here {url} can you read it before the meeting",
    # English is not the first language
    "Hello, my name {parent_full}, my son name {child}. He no speak. Doctor {staff_name} say wait. My phone {phone}.",
    "Please I need help for {child}, he is boy 5 year, we live {address} {postcode}. Thank you. {parent_full}",
    # grandparents, carers, young people
    "My grandson {child} lives with us now. His social worker is {staff_full} and she never rings back.",
    "Im {child} and im 15, i want to know if i can go to college if i have dyslexia",
    "I foster two brothers, {child} and {child2}, and {child} needs a speech therapist.",
    "im 16 my name is {child} my mum {parent} says i cant see my own plan. is that right",
    # professionals
    "I'm a SENCO at a primary school in Fenland. A pupil, {child_full} (UPN {upn}), needs an EHC needs assessment.",
    "Please could you advise on {child_full}, date of birth {dob}, UPN {upn}, who attends {school}? Regards, {staff_full}",
    "Mother is {parent_full}, NI number {ni}, address {address}, {postcode}. She asks about carer's allowance.",
    "Referral for {child_full}. NHS no: {nhs}. Contact {email} or {phone}.",
    "I spoke to {staff} and {staff2} about the annual review. Neither knew the deadline.",
    # letters
    "Dear {staff},\nI am writing about my daughter {child_full}, born on {dob}. She has not been in school since March.\nYours sincerely,\n{parent_full}\n{address}\n{postcode}\nTel {phone}",
    "To whom it may concern,\n\nMy son {child} attends {school} and was diagnosed with ADHD last summer. The panel refused, ref {ref}.\n\nKind regards\n{parent_full}\n{email}",
    "Hi {staff_first}, just following up on {child}, we still have not had the report. Best wishes, {parent}",
    # words about names nearby
    "I hope {child} will be ok in the summer holidays, is there anything on in March for children with Down's syndrome?",
    "Will {child} get a place at a special school? {child} starts reception in September.",
    "The GP, {staff_full}, said {child} might have dyspraxia and to ask you about the Early Support pathway",
    "asked {staff} for the senco's number and she gave me {phone} but no one answers",
    "my ex {parent} wont sign the form for {child}'s assessment what can i do",
    "{parent} here, mum of {child} ({phone}). Still waiting on the occupational therapist",
)

HELD_BACK = (
    # parents, typed in a hurry
    "its about {child}, shes 6, she screams every morning before school and i dont know what to do anymore",
    "can you help me get {child} into a different school? me and {parent} are desperate. ring {phone} after 5",
    "Our eldest, {child}, has just been told he needs glasses and hearing aids. Who supports that in school?",
    "so {child} has been on a part time timetable since January and {staff} wont budge",
    "i need the number for the speech and language team for my toddler {child}, mine is {phone} if easier to ring back",
    "We've moved house to {address}, {postcode}, does the bus still come for {child}?",
    "{child} can't cope with the noise in the dinner hall and {staff} says he is just being naughty",
    "We have two children, {child} aged 9 and {child2} aged 5. {child2} has a hearing loss.",
    "Our {child} has been off school for 8 weeks with anxiety, what are they supposed to send home?",
    "I think my youngest, {child}, might be autistic. She's in year 3 at {school}.",
    "reply to {email} please not by phone i am deaf",
    "his date of birth is {dob} and his NHS number is {nhs}, can you tell me if hes on the waiting list",
    "{child}s mum here. nobody turned up for the home visit at {address}",
    "you sent a letter about {child_full} with the wrong name on it, case number {ref}",
    "im on twitter as {handle} dm me there",
    "everything i wrote is saved at {url} if you want to see it",
    "I was given your details by {staff_full}. My number's {phone}, my little girl {child} is 2 and not crawling.",
    "We spoke last week, {parent_full} is my name. Nobody has called {phone} yet!",
    "my postcode is {postcode} is there a children's centre near me",
    "her name's {child} and she's just turned 11, is secondary transport means tested",
    # English is not the first language
    "Good morning. I am {parent} from Romania, I have daughter {child} with disability. Where I can find help? {email}",
    "My boy {child} he is 9 years, in school {staff} she say he must go home every day at 12. Is it law?",
    # grandparents, carers, young people
    "I'm nan to {child} and {child2} and I've got special guardianship. Is there any money to help?",
    "my brother {child} has cerebral palsy and i look after him when mum's at work. im 13. who helps me",
    "Hey, {child} here, 17. My EHCP says I get a mentor. When does that start?",
    "My stepdaughter {child} stays with us at weekends. Her mum, {parent_full}, gets all the letters.",
    # professionals
    "Health visitor here. I saw {child_full} ({dob}) today with mum {parent} at {address}. Which pathway for delayed speech?",
    "Pupil {child_full}, UPN {upn}, Year 6, is at risk of exclusion. Who is the link EP for {school}?",
    "I support {parent_full} (NINO {ni}) with a PIP appeal. Is there an advice service in Huntingdon?",
    "Our caseworker {staff_full} left in April. Her email {email} bounces. Who has taken over {child}'s plan?",
    "Have you had chance to look at {ref}? {staff_first} in our office is chasing it for the family of {child}.",
    # letters
    "Good afternoon,\n\nI would like to complain about {staff}, who refused my son {child} his medication on the school trip.\n\nMany thanks,\n{parent_full}\n{phone}",
    "Re: {child_full}\nDOB: {dob}\nNHS: {nhs}\nAddress: {address}, Cambridge {postcode}\n\nPlease see the attached paediatric report and advise on next steps.\n\n{staff_full}\nCommunity nurse",
    "Hello {staff_first},\nThank you for meeting {child} and me on Tuesday. Can you send the form to {email}?\n{parent}",
    # words about names nearby
    "The summer clubs are full until May and {child} hopes to go swimming, any in March or Chatteris?",
    "I hope this reaches the right person. Mark my words, {child} needs a bigger wheelchair by March.",
    "Does {staff} still run the parents' course? {parent} and I did it with {child} in 2019.",
    "Someone called {staff_full} rang me from a withheld number about {child}. Is that really the council?",
    "{child}'s taxi driver {staff_first} has been great but the contract ends in July",
    "please dont ring {parent}, ring me instead, {phone}. {child} lives with me now",
)
