package dev.sluice.admin;

import dev.sluice.admin.api.AdminErrors;
import dev.sluice.admin.api.Answer;
import dev.sluice.admin.api.Call;
import dev.sluice.admin.api.Endpoint;
import dev.sluice.admin.api.Gives;
import dev.sluice.admin.api.Page;
import dev.sluice.admin.api.Param;
import dev.sluice.admin.api.Shape;
import dev.sluice.auth.keys.KeyWish;
import dev.sluice.auth.keys.Minting.Minted;
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
                                Gives.json(Shape.page("keys", KeyViews.KEY)),
                                here::list)
                        .query(new Param("team", "only its keys"), Param.AFTER, Param.LIMIT),
                Endpoint.get("/keys/{id}", "one key, without its secret", Gives.json(KeyViews.KEY), here::show),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys",
                                Role.ADMIN,
                                "key.create",
                                "makes a key; its secret is in this answer and nowhere else",
                                Gives.made(KeyViews.KEY_WITH_TOKEN),
                                here::create)
                        .body(KeyFields.WISH),
                Endpoint.change(
                                HttpMethod.PATCH,
                                "/keys/{id}",
                                Role.ADMIN,
                                "key.change",
                                "changes what the body names; null for none",
                                Gives.json(KeyViews.KEY),
                                here::change)
                        .body(KeyFields.CHANGE),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys/{id}/rotate",
                                Role.ADMIN,
                                "key.rotate",
                                "a new secret for the same key; the one before stays good for a grace period",
                                Gives.json(KeyViews.KEY_WITH_TOKEN),
                                here::rotate)
                        .body(KeyFields.ROTATION),
                Endpoint.change(
                                HttpMethod.POST,
                                "/keys/{id}/revoke",
                                Role.ADMIN,
                                "key.revoke",
                                "ends a key for good, everywhere within a second",
                                Gives.json(KeyViews.KEY),
                                here::revoke)
                        .body(Shape.EMPTY));
    }

    private Future<Answer> list(Call call) {
        String team = call.asked("team").orElse(null);
        String after = call.asked("after").orElse(null);
        int limit = call.limit();
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

    private Future<Answer> show(Call call) {
        Optional<StaticKey> ofFile = ofFile(id(call));
        return ofFile.isPresent()
                ? Answer.json(KeyViews.ofFile(ofFile.get())).now()
                : find(call).map(key -> Answer.json(KeyViews.stored(key, Instant.now())));
    }

    private Future<Answer> create(Call call) {
        KeyWish wish = KeyFields.wish(call.body());
        Minted minted = tenants.minting().mint(wish, call.who());
        return tenants.stored().keys().insert(minted.key()).map(inserted -> {
            if (!inserted) {
                throw AdminErrors.conflict(
                        "id_taken", "id: is that of another key (expected: one of its own, or none)");
            }
            return withToken(201, minted, minted.key());
        });
    }

    private Future<Answer> change(Call call) {
        return changeable(call).compose(key -> {
            // Whoever may not end a key may not change it either.
            tenants.minting().revoke(key, call.who());
            StoredKey changed = KeyFields.changed(key, call.body());
            tenants.minting().checkChange(changed, call.who());
            return tenants.stored()
                    .keys()
                    .update(changed)
                    .map(found -> Answer.json(KeyViews.stored(changed, Instant.now())));
        });
    }

    private Future<Answer> rotate(Call call) {
        Duration grace = call.body().span("grace", Duration.ZERO);
        return changeable(call).compose(key -> {
            Minted minted = tenants.minting().rotate(key, grace, call.who());
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

    private Future<Answer> revoke(Call call) {
        return changeable(call).compose(key -> {
            StoredKey revoked = tenants.minting().revoke(key, call.who());
            return tenants.stored()
                    .keys()
                    .revoke(key.id(), revoked.revokedAt())
                    .map(done -> Answer.json(KeyViews.stored(revoked, Instant.now())));
        });
    }

    /** The only answers that hold a secret. */
    private static Answer withToken(int status, Minted minted, StoredKey key) {
        return Answer.json(
                        status,
                        KeyViews.stored(key, Instant.now())
                                .put("token", minted.token().reveal()))
                .of(key.id());
    }

    private Future<StoredKey> changeable(Call call) {
        if (ofFile(id(call)).isPresent()) {
            throw AdminErrors.conflict(
                    "key_of_file",
                    "Key " + id(call) + " lives in auth.keys of the config file; change it there, and the edit"
                            + " serves within two seconds.");
        }
        return find(call);
    }

    private Future<StoredKey> find(Call call) {
        return tenants.stored().keys().find(id(call)).map(key -> {
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

    private static String id(Call call) {
        return call.path().get("id");
    }
}
