/** A refusal in the form of this provider's API. */
export class ApiError extends Error {
  readonly status: number;
  readonly type: string;
  readonly code: string;
  readonly param: string | undefined;

  constructor(options: {
    status: number;
    code: string;
    message: string;
    type?: string;
    param?: string;
  }) {
    super(options.message);
    this.name = 'ApiError';
    this.status = options.status;
    this.type = options.type ?? 'invalid_request';
    this.code = options.code;
    this.param = options.param;
  }
}
