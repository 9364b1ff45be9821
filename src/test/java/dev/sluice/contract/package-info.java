/**
 * The contract suite: OpenAI's and Anthropic's own Java clients, unchanged, before a running Sluice, before a stand-in
 * of every provider that is as strict as the real one.
 *
 * <p>{@link dev.sluice.contract.Matrix} asks for every {@link dev.sluice.contract.Feature} through every
 * {@link dev.sluice.contract.ClientApi} of every {@link dev.sluice.contract.ProviderRow} and finds out what became of
 * it; {@link dev.sluice.contract.ExpectedOutcomes} says what has to become of it, so that no cell gets worse unseen.
 * What was found is printed for {@code src/docs/providers.md}. A provider is added as a line of
 * {@link dev.sluice.contract.ContractFixture} and a line in each table of {@link dev.sluice.contract.ExpectedOutcomes}.
 */
package dev.sluice.contract;
