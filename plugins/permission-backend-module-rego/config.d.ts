export interface Config {
  permission?: {
    rego?: {
      /**
       * The compiled policy (WebAssembly, entry point `portal/decision`), relative to the folder the portal runs in.
       * Default: `platform/policies/generated/portal.wasm` of this repository.
       */
      file?: string;
    };
  };
}
