import type { ServingIdentity } from '../../../../../components/serving/around/identity';

export const IDENTITY: ServingIdentity = {
  name: 'sentiment',
  namespace: 'ml-serving',
  labels: { 'app.kubernetes.io/instance': 'sentiment', 'app.kubernetes.io/managed-by': 'pulumi' },
  selector: { 'app.kubernetes.io/instance': 'sentiment' },
  workload: 'sentiment',
  portName: 'http',
  port: 8000,
};

export const METADATA = { name: 'sentiment', namespace: 'ml-serving', labels: IDENTITY.labels };
