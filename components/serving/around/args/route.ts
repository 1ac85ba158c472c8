import type * as pulumi from '@pulumi/pulumi';

/**
 * Puts the server behind a gateway (Gateway API): an HTTPRoute, and an opening in the network policy for the pods of the gateway. Who may
 * call, and how much, is for the gateway to say: `--api-key` of vLLM guards only some of its paths.
 */
export interface ModelRouteArgs {
  /** Name of the Gateway. */
  readonly gateway: pulumi.Input<string>;
  /**
   * Namespace of the Gateway.
   * @default the namespace of the server
   */
  readonly gatewayNamespace?: pulumi.Input<string>;
  /** Listener of the Gateway. @default every listener that fits */
  readonly listener?: pulumi.Input<string>;
  /**
   * Namespace in which the pods of the gateway run, which may differ from that of the Gateway object (`envoy-gateway-system`).
   * @default that of the Gateway
   */
  readonly dataPlaneNamespace?: pulumi.Input<string>;
  /** Labels of the pods of the gateway. @default any pod of that namespace */
  readonly dataPlanePodLabels?: { [label: string]: pulumi.Input<string> };
  /** Hosts; at least one, because none would be every host of the listener. */
  readonly hostnames: pulumi.Input<string>[];
  /**
   * Paths that reach the server, with everything below them. What is not named stays inside: vLLM answers on `/pause`, `/update_weights` and
   * `/collective_rpc` too.
   * @default "/v1"; "/v2/models" for Triton
   */
  readonly paths?: pulumi.Input<string>[];
  /**
   * How long a request may take, in seconds. Long answers of language models outlast the defaults of gateways.
   * @default that of the gateway
   */
  readonly timeoutSeconds?: pulumi.Input<number>;
}
