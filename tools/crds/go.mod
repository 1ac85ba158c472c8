module tools/crds

go 1.26.0

require (
	github.com/cilium/cilium v1.20.2
	github.com/kedacore/keda/v2 v2.21.0
	github.com/kserve/kserve v0.20.0
	github.com/prometheus-operator/prometheus-operator v0.85.0
	github.com/ray-project/kuberay/ray-operator v1.5.0
	sigs.k8s.io/gateway-api v1.6.3
)
