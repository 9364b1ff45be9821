/**
 * The interfaces of a wire format. {@code ClientProtocol} is a format of clients, {@code ProviderProtocol} a format of
 * providers, {@code Protocol} a format of both, so that bytes can pass. {@code ProviderCodec} carries one request to
 * one provider and its response back.
 *
 * <p>Every format divides its work in the same way. The classes have the format as prefix, for example
 * {@code OpenAiRequestEncoder}; a format has only those that it needs:
 *
 * <ul>
 *   <li>{@code RequestEncoder} writes a request for a provider, {@code MessageEncoder} its messages.
 *   <li>{@code RequestDecoder} reads a request of a client, {@code MessageDecoder} its messages.
 *   <li>{@code ResponseDecoder} reads a complete response of a provider, {@code StreamDecoder} a streamed one.
 *   <li>{@code ResponseEncoder} writes a complete response to a client, {@code StreamEncoder} a streamed one.
 *   <li>{@code Mappings} are the values that have other names in the format, for example finish reasons.
 *   <li>{@code ProviderErrorCases} reads or writes the format's error bodies and error events.
 * </ul>
 *
 * <p>A new format implements these interfaces and is listed in {@code Protocols}.
 */
package dev.sluice.protocol.spi;
