/** What a peer tells when it is ready. */
export interface PeerStart {
  statementsPerVerdict: number
}
