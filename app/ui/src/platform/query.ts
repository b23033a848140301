import type { UploadParams } from '../api/types';

/** The query of `POST /v1/imports`. */
export function uploadQuery(name: string, params: UploadParams): string {
  const query = new URLSearchParams({ name });
  if (params.portal) query.set('portal', params.portal);
  if (params.sheet) query.set('sheet', params.sheet);
  if (params.header_row) query.set('header_row', String(params.header_row));
  return query.toString();
}
