/**
 * Lists of models: the providers' own, read whatever their shape, and ours, written in OpenAI's and in Anthropic's. The
 * provider's verticle reads, the data plane writes; neither asks nor waits here.
 */
package dev.sluice.protocol.models;
