// Command pod-security says what Pod Security Admission says: it reads one pod
// as JSON from each line of standard input and writes, as one line of JSON, the
// ids of the checks that refuse it for each level and policy version.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

var (
	levels   = []api.Level{api.LevelBaseline, api.LevelRestricted}
	versions = []int{34, 35, 36, 37}
)

func main() {
	lines := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	decoder := json.NewDecoder(lines)
	decoder.DisallowUnknownFields()
	for decoder.More() {
		var pod corev1.Pod
		if err := decoder.Decode(&pod); err != nil {
			log.Fatal(err)
		}
		refusals := map[string][]string{}
		for _, level := range levels {
			for _, minor := range versions {
				version := api.MajorMinorVersion(1, minor)
				refusals[string(level)+" "+version.String()[1:]] = refusedBy(&pod, level, version)
			}
		}
		if err := out.Encode(refusals); err != nil {
			log.Fatal(err)
		}
	}
}

// refusedBy asks an evaluator of all checks whether it refuses the pod, and then
// each check by itself which of them it was: the evaluator does not tell ids.
func refusedBy(pod *corev1.Pod, level api.Level, version api.Version) []string {
	refused := []string{}
	overridden := map[policy.CheckID]bool{}
	for _, check := range policy.DefaultChecks() {
		if revision := revisionAt(check, version); revision != nil && level == api.LevelRestricted {
			for _, id := range revision.OverrideCheckIDs {
				overridden[id] = true
			}
		}
	}
	for _, check := range policy.DefaultChecks() {
		revision := revisionAt(check, version)
		if revision == nil || overridden[check.ID] || (level == api.LevelBaseline && check.Level == api.LevelRestricted) {
			continue
		}
		if !revision.CheckPod(&pod.ObjectMeta, &pod.Spec).Allowed {
			refused = append(refused, string(check.ID))
		}
	}
	if whole := refusedAtAll(pod, level, version); whole != (len(refused) > 0) {
		log.Fatalf("%s %s: the evaluator and its checks disagree", level, version.String())
	}
	return refused
}

func revisionAt(check policy.Check, version api.Version) *policy.VersionedCheck {
	var found *policy.VersionedCheck
	for i := range check.Versions {
		if !version.Older(check.Versions[i].MinimumVersion) {
			found = &check.Versions[i]
		}
	}
	return found
}

func refusedAtAll(pod *corev1.Pod, level api.Level, version api.Version) bool {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		log.Fatal(err)
	}
	results := evaluator.EvaluatePod(api.LevelVersion{Level: level, Version: version}, &pod.ObjectMeta, &pod.Spec)
	return !policy.AggregateCheckResults(results).Allowed
}
