import type { ProductInfo } from '@claviger/core'
import { has } from './answer.ts'
import type { CallOptions, Send } from './transport.ts'

/** How the screens of this deployment look and speak; anyone may ask. */
export type GetProduct = (options?: CallOptions) => Promise<ProductInfo>

export function createProduct(send: Send): GetProduct {
  return (options) => send({ method: 'GET', path: '/v1/product', isAnswer: has('name', 'screen') }, options)
}
