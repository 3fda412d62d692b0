namespace SafeClaw.Attestation;

/// <summary>
/// Fills the gaps of evidence: what came with it, else what the store has, else what AMD's key distribution service gives. Everything kept or
/// fetched is checked to be the thing asked for, each time, under a pinned root; an entry that is not is dropped and asked for again.
/// Verification never waits for any of this: it happens before, and what it cannot get is "unavailable", not a verdict.
/// </summary>
/// <param name="options">Sources, modes, budget.</param>
public sealed class CollateralProvider(CollateralOptions options)
{
    /// <summary>Completes one piece of evidence.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public async Task<CollateralResult> CompleteAsync(Evidence evidence, CancellationToken cancellationToken)
    {
        // Without an id there is nothing to ask for; the verifier says what is wrong with such a report.
        if (!EndorsementKeyId.TryRead(evidence.Report.Span, ProductOfVersion2(evidence.Chain), out var id, out _)) return Untouched(evidence);
        using var budget = new CancellationTokenSource(options.Budget, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            var result = await CompleteAsync(evidence, id, either.Token);
            cancellationToken.ThrowIfCancellationRequested();
            return result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CollateralResult.Unavailable("collateral", $"no answer within {options.Budget.TotalSeconds:0.#} s");
        }
        catch (Missing missing)
        {
            return new CollateralResult.Unavailable(missing.What, missing.Message, missing.RetryAfter);
        }
    }

    /// <summary>Fetches a key's certificate, its authorities and their revocation list into the store, whether or not they are there already.</summary>
    /// <returns>What could not be had; null if everything was.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<CollateralResult.Unavailable?> FetchAsync(EndorsementKeyId id, CancellationToken cancellationToken) => FetchAsync(async either =>
    {
        var authorities = await FetchHierarchyAsync(id.Product, id.Kind, either);
        if (id.Kind is KdsKeyKind.Vcek) await FetchVcekAsync(id, authorities, either);
    }, cancellationToken);

    /// <summary>Fetches a product's authorities and their revocation list into the store, whether or not they are there already.</summary>
    /// <returns>What could not be had; null if everything was.</returns>
    /// <exception cref="OperationCanceledException">The caller gave up.</exception>
    public Task<CollateralResult.Unavailable?> FetchAsync(SnpProduct product, KdsKeyKind kind, CancellationToken cancellationToken) =>
        FetchAsync(either => FetchHierarchyAsync(product, kind, either), cancellationToken);

    private async Task<CollateralResult.Unavailable?> FetchAsync(Func<CancellationToken, Task> fetch, CancellationToken cancellationToken)
    {
        using var budget = new CancellationTokenSource(options.Budget, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(budget.Token, cancellationToken);
        try
        {
            await fetch(either.Token);
            return null;
        }
        catch (Missing missing)
        {
            return new CollateralResult.Unavailable(missing.What, missing.Message, missing.RetryAfter);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new CollateralResult.Unavailable("collateral", $"no answer within {options.Budget.TotalSeconds:0.#} s");
        }
    }

    private async Task<AuthorityPair> FetchHierarchyAsync(SnpProduct product, KdsKeyKind kind, CancellationToken cancellationToken)
    {
        var authorities = await FetchAuthoritiesAsync(product, kind, cancellationToken);
        if (options.Revocation is not RevocationMode.Off) await FetchCrlAsync(product, kind, authorities, cancellationToken);
        return authorities;
    }

    private async Task<CollateralResult> CompleteAsync(Evidence evidence, EndorsementKeyId id, CancellationToken cancellationToken)
    {
        var chain = evidence.Chain;
        var leafGiven = !(id.Kind is KdsKeyKind.Vlek ? chain.Vlek : chain.Vcek).IsEmpty;
        var authoritiesGiven = !chain.Ask.IsEmpty && !chain.Ark.IsEmpty;
        if (leafGiven && authoritiesGiven && options.Revocation is RevocationMode.Off) return Untouched(evidence);

        var (authorities, authoritiesFrom) = await AuthoritiesAsync(chain, id, authoritiesGiven, cancellationToken);
        var leafFrom = CollateralSource.Embedded;
        if (!leafGiven && authorities is not null)
        {
            (var vcek, leafFrom) = await VcekAsync(id, authorities, cancellationToken);
            chain = chain with { Vcek = vcek };
        }

        if (!authoritiesGiven && authorities is not null)
            chain = chain with { Ask = chain.Ask.IsEmpty ? authorities.Intermediate.Der : chain.Ask, Ark = chain.Ark.IsEmpty ? authorities.Root.Der : chain.Ark };
        var (crl, crlFrom) = authorities is null ? (null, CollateralSource.None) : await CrlAsync(id, authorities, cancellationToken);
        var age = crl is null ? (TimeSpan?)null : options.Time.GetUtcNow() - crl.ThisUpdate;
        return new CollateralResult.Complete(evidence with { Chain = chain }, crl?.Der, age, leafFrom, authoritiesFrom, crlFrom);
    }

    private static CollateralResult.Complete Untouched(Evidence evidence) =>
        new(evidence, null, null, CollateralSource.Embedded, CollateralSource.Embedded, CollateralSource.None);

    /// <summary>
    /// Authorities under a pinned root. Evidence that brings its own, untrusted ones and its leaf gets none: the verifier refuses it without
    /// anybody being asked.
    /// </summary>
    private async Task<(AuthorityPair? Pair, CollateralSource From)> AuthoritiesAsync(EndorsementChain chain, EndorsementKeyId id, bool given, CancellationToken cancellationToken)
    {
        if (given)
        {
            var embedded = AuthorityPair.TryRead(chain.Ask, chain.Ark, id.Product, id.Kind, options.Anchors);
            return (embedded, CollateralSource.Embedded);
        }

        if (options.Store?.FindChain(id.Product, id.Kind) is { } pem)
        {
            if (AuthorityPair.TryReadPem(pem, id.Product, id.Kind, options.Anchors) is { } kept) return (kept, CollateralSource.Store);
            options.Store.DropChain(id.Product, id.Kind);
            options.Notice?.Invoke($"dropped the kept {id.Product} authorities: not under a pinned root");
        }

        return (await FetchAuthoritiesAsync(id.Product, id.Kind, cancellationToken), CollateralSource.Kds);
    }

    private async Task<AuthorityPair> FetchAuthoritiesAsync(SnpProduct product, KdsKeyKind kind, CancellationToken cancellationToken)
    {
        var body = await AskAsync("authorities", kds => kds.ChainAsync(product, kind, cancellationToken));
        var pair = AuthorityPair.TryReadPem(body, product, kind, options.Anchors) ?? throw new Missing("authorities", "the service's chain is not under a pinned root");
        Keep(store => store.SaveChain(product, kind, pair.ToPem()));
        return pair;
    }

    private async Task<(ReadOnlyMemory<byte> Der, CollateralSource From)> VcekAsync(EndorsementKeyId id, AuthorityPair authorities, CancellationToken cancellationToken)
    {
        if (id.Kind is KdsKeyKind.Vlek) throw new Missing("vlek", "a VLEK comes with its evidence; AMD gives it to the cloud provider only");
        if (options.Store?.FindVcek(id) is { } kept)
        {
            if (authorities.Endorses(kept, id)) return (kept, CollateralSource.Store);
            options.Store.DropVcek(id);
            options.Notice?.Invoke($"dropped the kept certificate of {id}: it does not fit");
        }

        return (await FetchVcekAsync(id, authorities, cancellationToken), CollateralSource.Kds);
    }

    private async Task<ReadOnlyMemory<byte>> FetchVcekAsync(EndorsementKeyId id, AuthorityPair authorities, CancellationToken cancellationToken)
    {
        var body = await AskAsync("vcek", kds => kds.VcekAsync(id, cancellationToken));
        if (!authorities.Endorses(body, id)) throw new Missing("vcek", "the service's certificate is not the one asked for");
        Keep(store => store.SaveVcek(id, body));
        return body;
    }

    private async Task<(KeptList? Crl, CollateralSource From)> CrlAsync(EndorsementKeyId id, AuthorityPair authorities, CancellationToken cancellationToken)
    {
        if (options.Revocation is RevocationMode.Off) return (null, CollateralSource.None);
        var kept = KeptCrl(id, authorities, out var isOld);
        if (kept is not null && (options.Revocation is RevocationMode.PreferCached || !isOld)) return (kept, CollateralSource.Store);
        try
        {
            return (await FetchCrlAsync(id.Product, id.Kind, authorities, cancellationToken), CollateralSource.Kds);
        }
        catch (Missing missing) when (kept is not null || options.Revocation is RevocationMode.PreferCached)
        {
            options.Notice?.Invoke(kept is null ? $"no revocation list for {id.Product}: {missing.Message}" : $"the {id.Product} revocation list was not renewed: {missing.Message}");
            return (kept, kept is null ? CollateralSource.None : CollateralSource.Store);
        }
        catch (OperationCanceledException) when (kept is not null || options.Revocation is RevocationMode.PreferCached)
        {
            options.Notice?.Invoke($"the {id.Product} revocation list did not come in time");
            return (kept, kept is null ? CollateralSource.None : CollateralSource.Store);
        }
    }

    private KeptList? KeptCrl(EndorsementKeyId id, AuthorityPair authorities, out bool isOld)
    {
        isOld = true;
        if (options.Store?.FindCrl(id.Product, id.Kind) is not { } found) return null;
        var now = options.Time.GetUtcNow();
        if (!RevocationList.TryRead(found.Der, authorities.Root, now, out var crl, out var problem))
        {
            options.Store.DropCrl(id.Product, id.Kind);
            options.Notice?.Invoke($"dropped the kept {id.Product} revocation list: {problem}");
            return null;
        }

        isOld = now - found.At >= options.CrlRenewAfter;
        return new KeptList(found.Der, crl.ThisUpdate);
    }

    private async Task<KeptList> FetchCrlAsync(SnpProduct product, KdsKeyKind kind, AuthorityPair authorities, CancellationToken cancellationToken)
    {
        var body = await AskAsync("crl", kds => kds.CrlAsync(product, kind, cancellationToken));
        var now = options.Time.GetUtcNow();
        if (!RevocationList.TryRead(body, authorities.Root, now, out var crl, out var problem)) throw new Missing("crl", $"the service's revocation list is not usable: {problem}");
        Keep(store => store.SaveCrl(product, kind, body, now));
        return new KeptList(body, crl.ThisUpdate);
    }

    private async Task<ReadOnlyMemory<byte>> AskAsync(string what, Func<KdsClient, Task<KdsReply>> ask)
    {
        if (options.Kds is not { } kds) throw new Missing(what, "it is not in the store, and asking AMD's service is switched off");
        return await ask(kds) switch
        {
            KdsReply.Fetched fetched => fetched.Body,
            KdsReply.Unavailable missing => throw new Missing(what, missing.Reason, missing.RetryAfter),
            _ => throw new InvalidOperationException("unknown reply"),
        };
    }

    /// <summary>A full or read-only disk costs the next start a fetch, not this one its answer.</summary>
    private void Keep(Action<CollateralStore> save)
    {
        try
        {
            if (options.Store is { } store) save(store);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            options.Notice?.Invoke("the certificate store cannot be written");
        }
    }

    private SnpProduct ProductOfVersion2(EndorsementChain chain)
    {
        var der = chain.Vcek.IsEmpty ? chain.Vlek : chain.Vcek;
        if (!der.IsEmpty && StrictCertificate.TryParse(der, out var leaf, out _))
            foreach (var product in Enum.GetValues<SnpProduct>())
                if (LeafExtensions.TryRead(leaf, chain.Vcek.IsEmpty, product, out var said, out _) && said.ProductName.Split('-')[0] == product.ToString()) return product;
        return options.ProductOfVersion2;
    }

    /// <summary>A list that was found usable, and when it was made.</summary>
    private sealed record KeptList(ReadOnlyMemory<byte> Der, DateTimeOffset ThisUpdate);

    private sealed class Missing(string what, string reason, TimeSpan? retryAfter = null) : Exception(reason)
    {
        public string What { get; } = what;

        public TimeSpan? RetryAfter { get; } = retryAfter;
    }
}
