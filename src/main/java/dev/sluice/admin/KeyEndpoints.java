package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.AdminRequest;
import dev.sluice.admin.api.AdminResponse;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.JsonShape;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.QueryParameter;
import dev.sluice.admin.api.ResponseSpec;
import dev.sluice.auth.keys.KeyRequest;
import dev.sluice.auth.keys.KeyService.Minted;
import dev.sluice.config.AuthConfig.StaticKey;
import dev.sluice.model.GatewayException;
import dev.sluice.model.Role;
import dev.sluice.store.StoredKey;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Virtual keys: those of the store, which are made and changed here, and those of the file, which are only shown. */
final class KeyEndpoints {

    private final TenantSources tenants;

    private KeyEndpoints(TenantSources tenants) {
        this.tenants = tenants;
    }

    static List<Endpoint> of(TenantSources tenants) {
        KeyEndpoints here = new KeyEndpoints(tenants);
        return List.of(
                Endpoint.get(
                                "/keys",
                                "keys by id, without secrets; the first page has those of the file",
                                ResponseSpec.json(JsonShape.page("keys", KeyViews.KEY)),
                                here::list)
                        .query(
                                new QueryParameter("team", "only its keys"),
                                QueryParameter.CURSOR.formerly("after"),
                                QueryParameter.LIMIT),
                Endpoint.get("/keys/{id}", "one key, without its secret", ResponseSpec.json(KeyViews.KEY), here::show),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys",
                                Role.ADMIN,
                                "key.create",
                                "makes a key; its secret is in this answer and nowhere else",
                                ResponseSpec.made(KeyViews.KEY_WITH_TOKEN),
                                here::create)
                        .body(KeyFields.WISH),
                Endpoint.change(
                                HttpMethod.PATCH,
                                "/keys/{id}",
                                Role.ADMIN,
                                "key.change",
                                "changes what the body names; null for none",
                                ResponseSpec.json(KeyViews.KEY),
                                here::change)
                        .body(KeyFields.CHANGE),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys/{id}/rotate",
                                Role.ADMIN,
                                "key.rotate",
                                "a new secret for the same key; the one before stays good for a grace period",
                                ResponseSpec.json(KeyViews.KEY_WITH_TOKEN),
                                here::rotate)
                        .body(KeyFields.ROTATION),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys/{id}/revoke",
                                Role.ADMIN,
                                "key.revoke",
                                "ends a key for good, everywhere within a second",
                                ResponseSpec.json(KeyViews.KEY),
                                here::revoke)
                        .body(JsonShape.EMPTY));
    }

    private Future<AdminResponse> list(AdminRequest request) {
        String team = request.asked("team").orElse(null);
        String after = request.asked("cursor").orElse(null);
        int limit = request.limit();
        JsonArray keys = new JsonArray();
        if (after == null) {
            fixed().stream()
                    .filter(key -> team == null || team.equals(key.team()))
                    .forEach(key -> keys.add(KeyViews.ofFile(key)));
        }
        Instant now = Instant.now();
        Future<Page<StoredKey>> page = tenants.store() == null
                ? Future.succeededFuture(Page.empty())
                : tenants.store()
                        .keys()
                        .list(team, after, limit + 1)
                        .map(found -> Page.of(found, limit, StoredKey::id));
        return page.map(found -> found.answer("keys", keys, key -> KeyViews.stored(key, now)));
    }

    private Future<AdminResponse> show(AdminRequest request) {
        Optional<StaticKey> ofFile = ofFile(id(request));
        return ofFile.isPresent()
                ? AdminResponse.json(KeyViews.ofFile(ofFile.get())).now()
                : find(request).map(key -> AdminResponse.json(KeyViews.stored(key, Instant.now())));
    }

    private Future<AdminResponse> create(AdminRequest request) {
        KeyRequest keyRequest = KeyFields.wish(request.body());
        Minted minted = tenants.keyService().mint(keyRequest, request.who());
        return tenants.stored().keys().insert(minted.key()).map(inserted -> {
            if (!inserted) {
                throw AdminErrors.conflict(
                        "id_taken", "id: is that of another key (expected: one of its own, or none)");
            }
            return withToken(201, minted, minted.key());
        });
    }

    private Future<AdminResponse> change(AdminRequest request) {
        return changeable(request).compose(key -> {
            // Whoever may not end a key may not change it either.
            tenants.keyService().revoke(key, request.who());
            StoredKey changed = KeyFields.changed(key, request.body());
            tenants.keyService().checkChange(changed, request.who());
            return tenants.stored()
                    .keys()
                    .update(changed)
                    .map(found -> AdminResponse.json(KeyViews.stored(changed, Instant.now())));
        });
    }

    private Future<AdminResponse> rotate(AdminRequest request) {
        Duration grace = request.body().span("grace", Duration.ZERO);
        return changeable(request).compose(key -> {
            Minted minted = tenants.keyService().rotate(key, grace, request.who());
            return tenants.stored()
                    .keys()
                    .rotate(key.id(), minted.key().hash(), minted.key().previousUntil())
                    .map(rotated -> {
                        if (!rotated) {
                            throw revoked(key.id());
                        }
                        return withToken(200, minted, minted.key());
                    });
        });
    }

    private Future<AdminResponse> revoke(AdminRequest request) {
        return changeable(request).compose(key -> {
            StoredKey revoked = tenants.keyService().revoke(key, request.who());
            return tenants.stored()
                    .keys()
                    .revoke(key.id(), revoked.revokedAt())
                    .map(done -> AdminResponse.json(KeyViews.stored(revoked, Instant.now())));
        });
    }

    /** The only answers that hold a secret. */
    private static AdminResponse withToken(int status, Minted minted, StoredKey key) {
        return AdminResponse.json(
                        status,
                        KeyViews.stored(key, Instant.now())
                                .put("token", minted.token().reveal()))
                .of(key.id());
    }

    private Future<StoredKey> changeable(AdminRequest request) {
        if (ofFile(id(request)).isPresent()) {
            throw AdminErrors.conflict(
                    "key_of_file",
                    "Key " + id(request) + " lives in auth.keys of the config file; change it there, and the edit"
                            + " serves within two seconds.");
        }
        return find(request);
    }

    private Future<StoredKey> find(AdminRequest request) {
        return tenants.stored().keys().find(id(request)).map(key -> {
            if (key == null) {
                throw AdminErrors.notFound("key_not_found", "No key has this id.");
            }
            return key;
        });
    }

    private static GatewayException revoked(String id) {
        return AdminErrors.conflict("key_revoked", "Key " + id + " is revoked.");
    }

    private Optional<StaticKey> ofFile(String id) {
        return fixed().stream().filter(key -> key.id().equals(id)).findFirst();
    }

    private List<StaticKey> fixed() {
        return tenants.config().get().auth().keys();
    }

    private static String id(AdminRequest request) {
        return request.path().get("id");
    }
}
