// Searches for Tasks that R4 has no parameter for. The adapter needs none of them; worklists of others do.

RuleSet: TaskSearch(code, type)
* url = "https://fhir.pakkeforlop.example/SearchParameter/task-{code}"
* version = "0.1.0"
* status = #active
* experimental = false
* code = #{code}
* base = #Task
* type = #{type}

Instance: task-reason
InstanceOf: SearchParameter
Usage: #definition
Title: "Tasks by reason"
* insert TaskSearch(reason, token)
* name = "TaskReason"
* description = "Why the Task was posted: kind of deadline, reason of a question, finding, or duty."
* expression = "Task.reasonCode"
* xpathUsage = #normal

Instance: task-status-reason
InstanceOf: SearchParameter
Usage: #definition
Title: "Tasks by reason of their status"
* insert TaskSearch(status-reason, token)
* name = "TaskStatusReason"
* description = "Why the Task was cancelled: superseded, ended with the episode, or no longer true."
* expression = "Task.statusReason"
* xpathUsage = #normal

Instance: task-due
InstanceOf: SearchParameter
Usage: #definition
Title: "Tasks by due day"
* insert TaskSearch(due, date)
* name = "TaskDue"
* description = "The day a milestone or warning is due: the end of the restriction's period."
* expression = "Task.restriction.period.end"
* xpathUsage = #normal
* comparator[+] = #eq
* comparator[+] = #lt
* comparator[+] = #le
* comparator[+] = #gt
* comparator[+] = #ge
