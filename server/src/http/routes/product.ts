import { COLUMNS, MENU_ACTIONS, type ProductInfo, WORDS } from '@claviger/core'
import { Type } from 'typebox'
import type { Domain } from '../../domain/ports.ts'
import { oneOf, strict } from '../schemas/parts.ts'
import type { App } from '../type-provider.ts'

export const ProductShape = Type.Object(
  {
    name: Type.String(),
    screen: Type.Object(
      {
        navigation: Type.Array(Type.String()),
        accent: Type.String({ pattern: '^#[0-9a-fA-F]{6}$' }),
        words: Type.Object(Object.fromEntries(WORDS.map((word) => [word, Type.String()])), strict),
        columns: Type.Array(oneOf(COLUMNS)),
        menu: Type.Array(oneOf(MENU_ACTIONS)),
      },
      strict,
    ),
    setUp: Type.Boolean({ description: 'False: nobody has set the server up yet' }),
  },
  strict,
)

/** What a screen needs before anybody has signed in. */
export function registerProduct(app: App, { product, database }: Pick<Domain, 'product' | 'database'>): void {
  const { name, screen } = product
  app.get(
    '/v1/product',
    {
      config: { access: 'anyone' },
      schema: { tags: ['product'], summary: 'How the screens look and speak', response: { 200: ProductShape } },
    },
    async (): Promise<ProductInfo> => ({ name, screen, setUp: await database.hasOperator() }),
  )
}
