namespace SafeClaw.Privacy;

/// <summary>What a word can be the beginning of.</summary>
[Flags]
internal enum Trigger
{
    None = 0,

    /// <summary>Passwords, codes and what holds them.</summary>
    Password = 1 << 0,

    /// <summary>Dates of birth.</summary>
    Birth = 1 << 1,

    /// <summary>Passports, licences, tax numbers.</summary>
    Document = 1 << 2,

    /// <summary>Keys and tokens.</summary>
    Key = 1 << 3,

    /// <summary>A person's health.</summary>
    Health = 1 << 4,

    /// <summary>A person's money.</summary>
    Money = 1 << 5,

    /// <summary>Streets as English names them.</summary>
    EnglishStreet = 1 << 6,

    /// <summary>Streets as German, Dutch and Scandinavian languages name them.</summary>
    GermanicStreet = 1 << 7,

    /// <summary>Streets as French, Spanish, Italian and Portuguese name them.</summary>
    RomanceStreet = 1 << 8,

    /// <summary>Streets as Slavic languages name them.</summary>
    SlavicStreet = 1 << 9,

    /// <summary>An address told as one.</summary>
    Address = 1 << 10,

    /// <summary>Post boxes.</summary>
    PostBox = 1 << 11,
}

/// <summary>
/// The trigger words of all rules in one automaton (Aho-Corasick) that reads a text once: a rule looks closer only where one of its words stands. ASCII words,
/// any case; a rule that knows words in other alphabets looks wherever such letters stand.
/// </summary>
internal sealed class TriggerWords
{
    private const int Signs = 128;

    private static readonly (Trigger Trigger, string[] Words)[] Table =
    [
        (Trigger.Password, ["pass", "pwd", "pw", "kennwort", "contrase", "senha", "parola", "wachtwoord", "cvv", "cvc", "code", "pin", "otp", "login", "credential", "://"]),
        (Trigger.Birth, ["born", "birth", "bday", "b-day", "geb.", "geboort", "syntynyt", "urodz", "dob", "d.o.b", "gebor", "geburt", "naissance", "nac", "nasc", "nat"]),
        (Trigger.Document, ["passport", "reisepass", "passeport", "pasaporte", "passaporto", "passaporte", "licen", "permis", "steuer", "tax ", "national id", "id card", "identity card", "vat ", "personalausweis", "ausweisnummer", "carte d'id", "carta d'id", "cedula", "documento", "dl"]),
        (Trigger.Key, ["key", "token", "secret", "bearer"]),
        (Trigger.Health, ["disease", "disorder", "syndrome", "infection", "heart", "kidney", "cholesterol", "anxiety", "migraine", "hypertension", "autis", "alcoholic", "suicid", "infertil", "undergoing", "endometri", "melanoma", "lymphoma", "biopsy", "a1c", "cd4", "taking", "krebs", "sklerose", "demenz", "bluthochdruck", "vih", "asma", "asthme", "sida", "esquizo", "leucemia", "leide", "diagnos", "suffer", "tested positive", "prescri", "treated for", "therap", "hiv", "aids", "medication", "allergic", "pregnan", "medical record", "blood", "test result", "psychiatr", "chemo", "miscarriage", "abortion", "depress", "diabet", "cancer", "epilep", "hepatitis", "asthma", "arthritis", "bipolar", "schizo", "sclerosis", "parkinson", "eating disorder", "adhd", "ptsd", "herpes", "tubercul", "leuk", "tumo", "dementia", "alzheimer", "lupus", "anorexia", "bulimia", "stroke", "heart attack", " mg", "0mg", "5mg", " mcg"]),
        (Trigger.Money, ["bankrup", "in debt", "behind on", "gehalt", "lohn", "einkommen", "miete", "schulden", "verdiene", "salaire", "loyer", "revenu", "gagne", "je dois", "salario", "sueldo", "hipoteca", "deuda", "alquiler", "gano", "cobro", "debo", "stipendio", "mutuo", "guadagno", "saldo", "ganho", "salary", "income", "wage", "check", "bonus", "net worth", "mortgage", "debt", "credit", "balance", "saving", "pension", "rent", "tax bill", "loan", "earn", "i make", "i owe", "inherited", "saved", "paid", "account", "routing", "sort code", "konto", "compte", "cuenta"]),
        (Trigger.EnglishStreet, [" street", " str", " st", " avenue", " ave", " av", " road", " rd", " lane", " ln", " boulevard", " blvd", " drive", " dr", " court", " ct", " way", " place", " pl", " square", " sq", " terrace", " ter", " highway", " hwy", " parkway", " pkwy", " circle", " cir", " close", " cres", " gardens", " gdns", " grove", " hill", " mews", " row", " walk", " quay", " trail", " loop"]),
        (Trigger.GermanicStreet, ["strasse", "str.", "weg ", "platz ", "allee ", "gasse ", "ring ", "ufer ", "damm ", "straat ", "laan ", "gracht ", "plein ", "kade ", "gata", "gate ", "veien ", "vegen ", "vej ", "gade ", "katu ", "tie ", "vei ", "caddesi", "cad.", "cd.", "sokak", "sok.", "sk.", "utca", "ulice"]),
        (Trigger.RomanceStreet, ["rue ", "avenue ", "boulevard ", "place ", "chemin ", "impasse ", "quai ", "route ", "cours ", "calle ", "c/", "avenida ", "av.", "avda", "paseo ", "plaza ", "carrera ", "via ", "viale ", "piazza ", "corso ", "vicolo ", "rua ", "travessa ", "largo "]),
        (Trigger.SlavicStreet, ["ul.", "al."]),
        (Trigger.Address, ["address", "i live", "wohne", "adresse", "anschrift", "habite", "vivo en", "abito in", "moro na"]),
        (Trigger.PostBox, ["box", "postfach", "postale", "apartado"]),
    ];

    private readonly short[] _next;
    private readonly Trigger[] _found;

    private TriggerWords()
    {
        var capacity = 1 + Table.Sum(row => row.Words.Sum(word => word.Length));
        (_next, _found) = (new short[capacity * Signs], new Trigger[capacity]);
        short states = 1;
        foreach (var (trigger, words) in Table)
            foreach (var word in words)
            {
                var state = 0;
                foreach (var sign in word)
                {
                    ref var next = ref _next[(state * Signs) + sign];
                    if (next == 0) next = states++;
                    state = next;
                }

                _found[state] |= trigger;
            }

        Complete(states);
    }

    public static TriggerWords All { get; } = new();

    /// <summary>What the text's words may be the beginning of.</summary>
    public Trigger In(ReadOnlySpan<char> text)
    {
        var (state, found) = (0, Trigger.None);
        foreach (var c in text)
        {
            state = c < Signs ? _next[(state * Signs) + (c is >= 'A' and <= 'Z' ? c | 0x20 : c)] : 0;
            found |= _found[state];
        }

        return found;
    }

    /// <summary>Breadth first: a state goes on as its longest proper suffix would where no word continues.</summary>
    private void Complete(int states)
    {
        var failure = new int[states];
        var queue = new Queue<int>();
        for (var sign = 0; sign < Signs; sign++)
            if (_next[sign] != 0) queue.Enqueue(_next[sign]);
        while (queue.TryDequeue(out var state))
        {
            _found[state] |= _found[failure[state]];
            for (var sign = 0; sign < Signs; sign++)
            {
                ref var next = ref _next[(state * Signs) + sign];
                var onFailure = _next[(failure[state] * Signs) + sign];
                if (next == 0) next = onFailure;
                else
                {
                    failure[next] = onFailure;
                    queue.Enqueue(next);
                }
            }
        }
    }
}
