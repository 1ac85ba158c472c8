/** Serves the sentiment model. Which images may run is not decided here: the policy pack asks trust-policy.yaml. */
import * as ecr from '@pulumi/aws/ecr';
import * as k8s from '@pulumi/kubernetes';
import * as pulumi from '@pulumi/pulumi';
import { ModelServing } from 'pulumi-model-supply-chain';

const config = new pulumi.Config();
const image = config.require('image');
const model = { reference: config.require('model') };
const namespace = config.get('namespace') ?? 'ml-serving';
const gpu = { count: config.getNumber('gpus') ?? 1 };

const sentiment = new ModelServing('sentiment', { image, model, namespace, gpu });

/** Where other pods of the cluster reach the model. */
export const endpoint = sentiment.endpoint;

// Written by hand, without our components: the policy pack looks at its image all the same.
const exporterImage = config.get('exporterImage');
if (exporterImage) {
  const labels = { 'app.kubernetes.io/name': 'metrics-exporter' };
  new k8s.apps.v1.Deployment('metrics-exporter', {
    metadata: { name: 'metrics-exporter', namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
          containers: [
            {
              name: 'exporter',
              image: exporterImage,
              securityContext: { readOnlyRootFilesystem: true, allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
            },
          ],
        },
      },
    },
  });
}

// The same server from a registry that this stack creates. Before the registry exists nobody knows its address, so a preview cannot verify
// the image; the policy pack says so, and verifies it during `pulumi up`, before the Deployment is created.
if (config.getBoolean('buildRepository')) {
  const repository = new ecr.Repository('sentiment-serving', { imageTagMutability: 'IMMUTABLE' });
  const digest = image.slice(image.indexOf('@') + 1);
  new ModelServing('sentiment-mirror', { image: pulumi.interpolate`${repository.repositoryUrl}@${digest}`, model, namespace, gpu });
}
