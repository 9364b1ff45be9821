package dev.sluice.auth.jwt;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.config.SluiceConfig;
import dev.sluice.config.loading.ConfigLoader;
import dev.sluice.config.loading.LoadedConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.auth.User;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Verifies a JWT, RSA with 2048 bits: a token that is cached and one that is not. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TokenBenchmark {

    private Vertx vertx;
    private HttpServer issuer;
    private SluiceConfig config;
    private JwksCache jwksCache;
    private JwtProvider provider;
    private String token;

    @Setup
    public void issue() throws IOException, GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] jwks = jwks((RSAPublicKey) pair.getPublic()).getBytes(StandardCharsets.UTF_8);
        issuer.createContext("/jwks", exchange -> {
            exchange.getResponseHeaders().add("content-type", "application/json");
            exchange.sendResponseHeaders(200, jwks.length);
            exchange.getResponseBody().write(jwks);
            exchange.close();
        });
        issuer.start();
        String url = "http://127.0.0.1:" + issuer.getAddress().getPort();
        LoadedConfig loaded = ConfigLoader.parse(
                "auth: { jwt: { issuer: \"%1$s\", audience: sluice, jwks: \"%1$s/jwks\", algorithms: [RS256] } }"
                        .formatted(url),
                "bench.yaml",
                name -> null,
                Path.of("."));
        if (!(loaded instanceof LoadedConfig.Ok accepted)) {
            throw new IllegalStateException(loaded.toString());
        }
        config = accepted.config();
        vertx = Vertx.vertx();
        jwksCache = new JwksCache(vertx, () -> config, System::nanoTime);
        jwksCache.start().toCompletionStage().toCompletableFuture().join();
        token = token(url, pair.getPrivate());
        provider = newProvider();
        provider.authenticate(token).toCompletionStage().toCompletableFuture().join();
    }

    @TearDown
    public void stop() {
        issuer.stop(0);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Benchmark
    public Future<User> cachedToken() {
        return requireSuccess(provider.authenticate(token));
    }

    /** Includes the creation of an empty token cache, which is cheap compared with the signature. */
    @Benchmark
    public Future<User> newToken() {
        return requireSuccess(newProvider().authenticate(token));
    }

    private JwtProvider newProvider() {
        return new JwtProvider(() -> config, jwksCache, System::currentTimeMillis);
    }

    private static Future<User> requireSuccess(Future<User> result) {
        if (!result.succeeded()) {
            throw new IllegalStateException("the token was rejected");
        }
        return result;
    }

    private static String jwks(RSAPublicKey key) {
        return "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"k1\",\"use\":\"sig\",\"alg\":\"RS256\",\"n\":\""
                + number(key.getModulus()) + "\",\"e\":\"" + number(key.getPublicExponent()) + "\"}]}";
    }

    private static String token(String issuer, PrivateKey key) throws GeneralSecurityException {
        long now = System.currentTimeMillis() / 1000;
        String signed = text("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k1\"}")
                + "."
                + text("{\"iss\":\"%s\",\"aud\":\"sluice\",\"sub\":\"someone\",\"iat\":%d,\"exp\":%d}"
                        .formatted(issuer, now - 10, now + 36_000));
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(key);
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + bytes(signature.sign());
    }

    private static String number(BigInteger number) {
        byte[] all = number.toByteArray();
        return bytes(all[0] == 0 ? Arrays.copyOfRange(all, 1, all.length) : all);
    }

    private static String text(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String bytes(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
